//! Search on a small library: what is found, what is refused, what is shown.

use std::sync::{Arc, LazyLock};

use wengu::content::load;
use wengu::content::model::{Library, SectionRef};
use wengu::search::{Engine, Results, Words};

static WORDS: LazyLock<Arc<Words>> = LazyLock::new(|| Words::load().unwrap());

const ORCHARD: &str = "+++
title = \"果园管理手册\"
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
        ("水蹦谁检查", "watering"),
        ("How do I get rid of aphids?", "pests"),
    ] {
        assert_eq!(first(question), section, "{question}");
    }
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
fn words_that_no_section_knows_are_named_as_they_were_typed() {
    assert_eq!(ask("王五有什麼錯誤？").unknown, ["王五", "錯誤"]);
    assert_eq!(ask("糖尿病怎么治疗").unknown, ["糖尿病", "治疗"]);
    assert!(ask("蚜虫什么时候出现？").unknown.is_empty());
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

#[test]
fn nothing_is_found_for_nothing() {
    for question in ["", " ", "？！", "😀😀", "\u{200b}"] {
        let results = ask(question);
        assert!(results.hits.is_empty() && results.confidence == 0.0 && results.unknown.is_empty(), "{question:?}");
    }
}
