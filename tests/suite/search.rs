//! Search on a small library: what is found, what is refused, what is shown.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use wengu::content::load;
use wengu::content::model::{Library, SectionRef};
use wengu::search::{Engine, Results, Words};

static WORDS: LazyLock<Arc<Words>> = LazyLock::new(|| Words::load().unwrap());

const ORCHARD: &str = "+++
title = \"果园管理手册\"
synonyms = [[\"抽水机\", \"水泵\", \"pump\"]]
+++

# 病虫害防治 {#pests}

蚜虫在春天出现，聚在嫩叶背面。先用清水冲洗，三天后再看；还有的话，喷一次肥皂水。瓢虫会吃蚜虫，不要伤害它们。

> ? how to get rid of aphids

# 灌溉制度 {#watering topic=灌溉}

老果树十天浇一次水，小树五天浇一次。下雨之后不用浇。负责人李工每周一检查水泵。

# 采摘与储藏 {#harvest}

苹果在九月下旬采摘，放进阴凉通风的地窖，可以存放四个月。碰伤的先吃。

- 权力下放：每个小组自己决定采摘日期。
- 银行贷款由合作社统一办理。
";

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let document = load::parse("orchard.md", ORCHARD).unwrap();
    Engine::build(&Library::new([document]), Arc::clone(&WORDS)).unwrap()
});

fn ask(question: &str) -> Results {
    ENGINE.search(question, 5)
}

fn first(question: &str) -> String {
    ask(question).hits.first().map(|hit| hit.at.section.to_string()).unwrap_or_default()
}

#[test]
fn a_question_finds_its_section_in_whatever_way_it_is_typed() {
    for (question, section) in [
        ("蚜虫怎么办？", "pests"),
        ("老果樹多久澆一次水", "watering"),
        ("灌溉", "watering"),
        ("ｐｉｎｇｇｕｏ", "harvest"),
        ("yinhang daikuan", "harvest"),
        ("qlxf", "harvest"),
        ("水蹦谁检查", "watering"),
        ("抽水机由谁检查", "watering"),
        ("is the Pump checked", "watering"),
        ("How do I get rid of aphids?", "pests"),
    ] {
        assert_eq!(first(question), section, "{question}");
    }
}

#[test]
fn a_synonym_in_letters_is_a_word_of_its_own() {
    assert_eq!(first("pumpkin"), "");
}

#[test]
fn pinyin_of_what_is_no_single_word_is_covered_by_its_sound() {
    let (typed, english) = (ask("laoguoshu"), ask("made"));
    assert_eq!(typed.hits.first().map(|hit| hit.at.section.as_str()), Some("watering"));
    assert!(typed.confidence > 0.35 && typed.correction.as_deref() == Some("老果树"), "{typed:?}");
    assert!(english.confidence < 0.35, "{english:?}");
}

#[test]
fn what_says_something_beside_filler_alone_is_covered_with_it() {
    let (held, unheld) = (ask("喷一次"), ask("撕一次"));
    assert!(held.confidence > 0.35 && unheld.confidence < 0.35, "{held:?} {unheld:?}");
}

#[test]
fn what_no_section_covers_gets_little_confidence() {
    let worst_known =
        ["蚜虫怎么办", "李工", "权力下放", "小树多久浇水"].map(|q| ask(q).confidence).into_iter().fold(1.0, f64::min);
    let best_unknown = ["今天天气怎么样", "王五", "李白的诗", "推荐一部电影"]
        .map(|q| ask(q).confidence)
        .into_iter()
        .fold(0.0, f64::max);
    assert!(worst_known > best_unknown, "{worst_known} {best_unknown}");
}

#[test]
fn a_thing_that_no_section_knows_is_noticed_behind_a_name_that_one_does() {
    for question in [
        "李工的妻子是谁",
        "李工的手機號",
        "合作社的电话号码是多少",
        "水泵的价格",
        "瓢虫什么时候睡觉",
        "苹果的股票",
        "李工有没有孩子",
        "苹果电脑",
    ] {
        assert!(ask(question).asks_for_unknown, "{question}");
    }
    for question in [
        // What is asked for is told, in the same words or in others.
        "合作社办理什么",
        "抽水机由谁检查",
        "银行的代款",
        "小组决定采摘日期",
        // Which one it is, what it is good for, what beside it is asked for: told without that word.
        "李工担任什么职务",
        "瓢虫的作用",
        "李工在哪里工作",
        // Nothing is named beside it, or it is misspelt, or it is one word of many.
        "妻子",
        "王五是谁",
        "碰伤的苹果",
        "阴凉通凤",
        "春天在嫩叶背面看见蚜虫以后清水冲洗不掉的烦恼",
    ] {
        assert!(!ask(question).asks_for_unknown, "{question}");
    }
}

#[test]
fn names_of_people_places_and_institutions_are_known_as_such() {
    assert!(["北京", "李四光", "财政部"].into_iter().all(|name| ENGINE.is_name(name)));
    // jieba takes 钱财 for a person.
    assert!(["钱财", "苹果", "北京的", ""].into_iter().all(|word| !ENGINE.is_name(word)));
}

#[test]
fn words_that_no_section_knows_are_named_as_they_were_typed() {
    assert_eq!(ask("王五有什麼錯誤？").unknown, ["王五", "錯誤"]);
    assert_eq!(ask("糖尿病怎么治疗").unknown, ["糖尿病", "治疗"]);
    assert!(ask("蚜虫什么时候出现？").unknown.is_empty());
}

#[test]
fn what_was_found_by_its_sound_is_spelled_as_the_section_spells_it() {
    assert_eq!(ask("全力下放给谁？").correction.as_deref(), Some("权力下放给谁？"));
    assert_eq!(ask("yinhang daikuan 谁办").correction.as_deref(), Some("银行贷款 谁办"));
    assert_eq!(ask("qlxf").correction.as_deref(), Some("权力下放"));
    assert_eq!(ask("权力下放").correction, None);
}

#[test]
fn a_passage_is_whole_sentences_with_the_answering_clause_marked() {
    let at = SectionRef::parse("orchard/pests").unwrap();
    let passage = ENGINE.passage(&at, "瓢蟲吃什麼", 20).unwrap();
    let marked: Vec<&str> = passage.marks.iter().map(|m| &passage.text[m.clone()]).collect();
    assert_eq!(passage.text, "瓢虫会吃蚜虫，不要伤害它们。");
    assert_eq!(marked, ["瓢虫会吃蚜虫"]);
    assert!(!passage.whole);
    assert!(ENGINE.passage(&at, "瓢蟲吃什麼", 300).unwrap().whole);
}

/// What people paste, type by mistake or try on purpose.
/// A document of many sections: each says something of its own, and what all of them say.
fn long(name: &str, thing: &str, sections: usize) -> wengu::content::model::Document {
    let section = |n: usize| format!("# {n} {{#s{n}}}\n\n{thing}每周巡查一次，编号 {name}{n} 的由组长登记。\n\n");
    load::parse(&format!("{name}.md"), &(1..=sections).map(section).collect::<String>()).unwrap()
}

#[test]
fn a_scope_is_searched_as_if_its_documents_were_all_there_are() {
    // Longer than a block of postings, and lying before, within and behind other blocks.
    let all = Library::new([long("aa", "路灯", 150), long("bb", "泳池", 300), long("cc", "花坛", 170)]);
    let engine = Engine::build(&all, Arc::clone(&WORDS)).unwrap();
    for (name, other) in [("aa", "花坛"), ("bb", "路灯"), ("cc", "泳池")] {
        let only = all.only(&[wengu::content::model::DocumentId::parse(name).unwrap()]);
        let alone = Engine::build(&only, Arc::clone(&WORDS)).unwrap();
        for question in ["每周巡查几次", &format!("编号 {name}149 由谁登记"), &format!("{other}每周巡查几次"), "组长"]
        {
            let (within, expected) =
                (engine.search_within(question, 5, &engine.scope(&only)), alone.search(question, 5));
            assert!(within.hits.iter().all(|hit| hit.at.document.as_str() == name), "{question}");
            assert_eq!(within.hits.first().map(|hit| &hit.at), expected.hits.first().map(|hit| &hit.at), "{question}");
            assert_eq!(within.unknown, expected.unknown, "{question}");
            assert!((within.confidence - expected.confidence).abs() < 0.05, "{question}");
        }
    }
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(any::<char>(), 0..300).prop_map(String::from_iter),
        proptest::collection::vec(prop_oneof!["[一-龥]", "[a-z]", "[\u{200b}-\u{200f}]", "[א-ת]", "[。，!?]"], 0..80)
            .prop_map(|parts| parts.concat()),
        ("[一-龥a-z😀]", 1_usize..4096).prop_map(|(c, times)| c.repeat(times)),
        r#"(title:|AND|OR|NOT|\(|\)|"|\*|~[0-9]|'; DROP TABLE x;--|<b>|&lt;|</a>|蚜虫|果树){0,40}"#,
    ]
}

proptest! {
    #[test]
    fn whatever_is_asked_is_answered_or_refused(question in hostile(), limit in 0_usize..7, room in 0_usize..60) {
        let results = ENGINE.search(&question, limit);
        prop_assert!(results.hits.len() <= limit && (0.0..=1.0).contains(&results.confidence));
        prop_assert!(results.unknown.iter().all(|word| question.contains(word.as_str())));
        for at in ["orchard/pests", "orchard/watering", "orchard/harvest"] {
            let passage = ENGINE.passage(&SectionRef::parse(at).unwrap(), &question, room).unwrap();
            prop_assert!(passage.marks.iter().all(|m| passage.text.get(m.clone()).is_some_and(|t| !t.is_empty())));
            prop_assert!(passage.text.chars().count() <= room.max(1));
        }
    }
}

#[test]
fn a_question_as_long_as_a_message_is_read_by_its_rarest_words() {
    let long: String = ('一'..='龥').step_by(5).take(4000).chain("瓢虫吃什么".chars()).collect();
    let results = ask(&long);
    assert_eq!(results.hits[0].at.section.as_str(), "pests");
    assert!(results.unknown.len() <= 8);
}

#[test]
fn nothing_is_found_for_nothing() {
    for question in ["", " ", "？！", "😀😀", "\u{200b}"] {
        let results = ask(question);
        assert!(results.hits.is_empty() && results.confidence == 0.0 && results.unknown.is_empty(), "{question:?}");
    }
}
