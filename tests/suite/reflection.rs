//! The bundled document: that it says what its source says, in its own words, and holds together.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use wengu::content::load::read;
use wengu::content::model::{Document, Number, Section, SectionId};

/// What a reader must find, and where.
const FACTS: &[(&str, &str)] = &[
    ("background", "某区委"),
    ("background", "党的十八大以来"),
    ("background", "从严治党"),
    ("background", "多起领导干部"),
    ("background", "影响恶劣，教训深刻"),
    ("background", "丧失理想信念、思想蜕化变质"),
    ("background", "失之于宽、失之于软"),
    ("background", "痛定思痛"),
    ("problem-1", "思想滑坡、信念缺失"),
    ("problem-1", "一个重要原因"),
    ("problem-1", "x管办原主任张三"),
    ("problem-1", "利用职务便利"),
    ("problem-1", "不正当利益"),
    ("problem-1", "收受贿赂、谋取私利"),
    ("problem-1", "理想信念动摇"),
    ("problem-1", "思想堕落、私欲膨胀"),
    ("problem-1", "主要原因：对领导班子和干部队伍的「思想政治建设」"),
    ("problem-1", "认识不深、重视不够、措施不力"),
    ("problem-1", "党性修养"),
    ("problem-1", "党风党纪教育"),
    ("problem-1", "有效载体"),
    ("problem-1", "思想和灵魂"),
    ("problem-1", "总开关"),
    ("problem-1", "免疫力"),
    ("problem-1", "纪律松弛、行为失范"),
    ("problem-2", "无制约之法、有滥用之所"),
    ("problem-2", "落地生根"),
    ("problem-2", "区房屋征收局原局长李四"),
    ("problem-2", "不负责任、违规操作"),
    ("problem-2", "国家资金损失"),
    ("problem-2", "xx镇第九届xx社区居委会选举"),
    ("problem-2", "不守规矩、不讲政策"),
    ("problem-2", "虚构选举现场和委托投票人数"),
    ("problem-2", "弄虚作假、违法操作"),
    ("problem-2", "把制度当成儿戏"),
    ("problem-2", "形同虚设"),
    ("problem-2", "主要原因：区委没有看清「制度治党」"),
    ("problem-2", "重制度制定，轻制度执行"),
    ("problem-2", "刚性约束"),
    ("problem-2", "权力滥用、腐败滋生"),
    ("problem-3", "监督合力尚未形成"),
    ("problem-3", "党内监督乏力"),
    ("problem-3", "不愿监督、不敢监督、不会监督"),
    ("problem-3", "外部监督渠道不畅"),
    ("problem-3", "群众监督、舆论监督"),
    ("problem-3", "监督信息反馈机制"),
    ("problem-3", "区财政局"),
    ("problem-3", "长期未被发现"),
    ("problem-3", "上级巡视组"),
    ("problem-3", "逃避监管"),
    ("problem-3", "没有另外点明主要原因"),
    ("problem-4", "形式主义、官僚主义"),
    ("problem-4", "走过场"),
    ("problem-4", "做表面文章"),
    ("problem-4", "置若罔闻"),
    ("problem-4", "漠不关心"),
    ("problem-4", "某街道办事处的老旧小区改造"),
    ("problem-4", "形象工程"),
    ("problem-4", "效果不佳"),
    ("problem-4", "意见较大"),
    ("problem-4", "拍脑袋决策"),
    ("problem-4", "一言堂"),
    ("problem-4", "公信力和执行力"),
    ("problem-4", "没有为作风问题点明主要原因"),
    ("problem-5", "力度不够、覆盖面不广"),
    ("problem-5", "以案促改、以案促建"),
    ("problem-5", "流于形式"),
    ("problem-5", "深层次原因"),
    ("problem-5", "大打折扣"),
    ("problem-5", "通报曝光力度不足"),
    ("problem-5", "纪律红线"),
    ("problem-5", "侥幸心理"),
    ("problem-5", "没有举出具体案例"),
    ("measures", "高度重视"),
    ("measures", "党风廉政建设和反腐败斗争"),
    ("measure-1", "首要政治任务"),
    ("measure-1", "习近平新时代中国特色社会主义思想"),
    ("measure-1", "中心组学习"),
    ("measure-1", "专题培训班"),
    ("measure-1", "四个意识"),
    ("measure-1", "四个自信"),
    ("measure-1", "两个维护"),
    ("measure-1", "社会主义核心价值观"),
    ("measure-1", "党性教育和道德教育"),
    ("measure-1", "世界观、人生观、价值观"),
    ("measure-2", "制度治党"),
    ("measure-2", "党内法规制度体系"),
    ("measure-2", "具有可操作性"),
    ("measure-2", "制度执行的评估机制"),
    ("measure-2", "关键岗位和重点领域"),
    ("measure-2", "权力运行制约和监督机制"),
    ("measure-2", "权力寻租空间"),
    ("measure-3", "《中国共产党党内监督条例》"),
    ("measure-3", "党委（党组）主体责任"),
    ("measure-3", "纪委监督责任"),
    ("measure-3", "职能部门监管责任"),
    ("measure-3", "上下联动、内外结合"),
    ("measure-3", "一把手"),
    ("measure-3", "权力失控、行为失范"),
    ("measure-3", "鼓励和支持群众参与监督"),
    ("measure-4", "四风"),
    ("measure-4", "专项整治"),
    ("measure-4", "不作为、乱作为"),
    ("measure-4", "明察暗访、专项督查"),
    ("measure-4", "转作风、树新风"),
    ("measure-4", "求真务实、敢于担当"),
    ("measure-5", "用身边事教育身边人"),
    ("measure-5", "警示教育大会"),
    ("measure-5", "引以为戒、警钟长鸣"),
    ("measure-5", "各类媒体平台"),
    ("measure-5", "廉洁文化"),
    ("measure-5", "风清气正"),
    ("results", "显著成效"),
    ("results", "整体素质"),
    ("results", "满意度和获得感"),
    ("results", "没有给出数字"),
    ("next-steps", "政治素养和业务能力"),
    ("next-steps", "权力在阳光下运行"),
    ("next-steps", "全方位、多层次的监督网络"),
    ("next-steps", "群众身边的不正之风"),
    ("next-steps", "忠诚干净担当的高素质干部队伍"),
    ("next-steps", "经济社会高质量发展"),
    ("next-steps", "落地生根、开花结果"),
    ("next-steps", "中华民族伟大复兴的中国梦"),
];

/// The longest run of characters that the document may share with its source outside quotation marks.
const SHARED: usize = 14;

fn path(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(inside)
}

fn document() -> Document {
    let text = fs::read_to_string(path("content/reflection.md")).unwrap();
    let reading = read("content/reflection.md", &text);
    assert!(reading.diagnostics.is_empty(), "{:#?}", reading.diagnostics);
    reading.document.unwrap()
}

fn section<'d>(document: &'d Document, id: &str) -> &'d Section {
    document.section(&SectionId::parse(id).unwrap()).unwrap_or_else(|| panic!("there is no section {id}"))
}

#[test]
fn every_fact_stands_in_its_section() {
    let document = document();
    assert!(FACTS.len() >= 60);
    for (id, fact) in FACTS {
        let text = section(&document, id).text();
        assert!(text.contains(fact), "{id} does not say {fact}:\n{text}");
    }
}

#[test]
fn the_ids_that_others_link_to_are_there() {
    let document = document();
    let ids: Vec<_> = document.sections.iter().map(|section| section.id.as_str()).collect();
    let mut expected = vec!["background".to_owned(), "problems".to_owned()];
    expected.extend((1..=5).map(|n| format!("problem-{n}")));
    expected.push("measures".to_owned());
    expected.extend((1..=5).map(|n| format!("measure-{n}")));
    expected.extend(["results".to_owned(), "next-steps".to_owned()]);
    assert_eq!(ids, expected);
}

#[test]
fn problem_and_measure_of_one_number_point_at_each_other() {
    let document = document();
    for number in 1..=5 {
        let (problem, measure) = (format!("problem-{number}"), format!("measure-{number}"));
        for (one, other, class) in [(&problem, &measure, "problem"), (&measure, &problem, "measure")] {
            let section = section(&document, one);
            assert_eq!(section.related.iter().map(SectionId::as_str).collect::<Vec<_>>(), [other]);
            assert_eq!(section.number, Some(Number::new(number)));
            assert!(section.has_class(class));
        }
        let shared = |topic: &&String| section(&document, &problem).topics.contains(topic);
        assert!(section(&document, &measure).topics.iter().any(|topic| shared(&topic)), "no topic in common");
    }
    let next = section(&document, "next-steps");
    assert_eq!(next.related.len(), 5);
}

#[test]
fn every_section_can_be_asked_for_in_both_languages() {
    let document = document();
    for section in &document.sections {
        let (english, chinese): (Vec<&String>, Vec<_>) = section.asks.iter().partition(|ask| ask.is_ascii());
        assert!(english.len() >= 2 && chinese.len() >= 3, "{} has too few ways to ask", section.id);
    }
    let mut seen = HashSet::new();
    let twice: Vec<_> = document.sections.iter().flat_map(|s| &s.asks).filter(|ask| !seen.insert(*ask)).collect();
    assert!(twice.is_empty(), "asked for twice: {twice:?}");
}

#[test]
fn every_series_and_facet_has_something_to_show() {
    let document = document();
    assert_eq!(document.with_class("measure").count(), 5);
    assert_eq!(document.series("measure").map(|series| series.label.as_str()), Some("举措"));
    for facet in &document.facets {
        let class = facet.within.as_deref().unwrap_or(&facet.name);
        assert!(document.with_class(class).next().is_some(), "no section has the class {class}");
        assert!(facet.words.iter().any(|word| word.is_ascii()) && facet.words.iter().any(|word| !word.is_ascii()));
    }
    for cue in ["主要原因", "典型案例"] {
        let telling = document.with_class("problem").filter(|s| s.blocks.iter().any(|b| b.text().starts_with(cue)));
        assert_eq!(telling.count(), 5, "each problem says what there is to say about {cue}");
    }
}

#[test]
fn every_measure_asks_a_question_to_think_about_in_both_languages() {
    let document = document();
    for measure in document.with_class("measure") {
        let (english, chinese): (Vec<&String>, Vec<_>) = measure.think.iter().partition(|think| think.is_ascii());
        assert!(english.len() == 1 && chinese.len() == 1, "{}", measure.id);
    }
}

#[test]
fn statements_are_short_enough_for_a_phone() {
    for section in document().sections {
        for block in &section.blocks {
            assert!(block.text().chars().count() <= 110, "{}: {}", section.id, block.text());
        }
    }
}

#[test]
fn the_words_are_our_own_and_the_quoted_terms_are_the_sources() {
    let Some(source) = source() else {
        // Not `eprintln!`, which the test runner keeps to itself.
        let left_out = "LEFT OUT: the source text is not at ../shared/seed: the document was not compared with it";
        writeln!(std::io::stderr(), "{left_out}").unwrap();
        return;
    };
    let document = document();
    let mut texts: Vec<String> = document.introduction.iter().map(|block| block.text().to_owned()).collect();
    for section in &document.sections {
        texts.push(section.title.clone());
        texts.extend(section.asks.iter().chain(&section.think).cloned());
        texts.extend(section.blocks.iter().map(|block| block.text().to_owned()));
    }
    for text in &texts {
        for (index, piece) in text.split(['「', '」']).enumerate() {
            let letters: Vec<char> = letters(piece).chars().collect();
            if index % 2 == 1 {
                let term: String = letters.iter().collect();
                assert!(source.contains(&term), "the quoted term 「{piece}」 is not in the source");
                continue;
            }
            for run in letters.windows(SHARED + 1) {
                let run: String = run.iter().collect();
                assert!(!source.contains(&run) || is_name(&run), "copied from the source: {run}");
            }
        }
    }
}

/// Names are kept whole, however long.
fn is_name(run: &str) -> bool {
    "xx镇第九届xx社区居委会选举".contains(run)
}

/// The letters of the source text, where it lies beside the clone (or beside the folder of a worktree).
fn source() -> Option<String> {
    let folder = fs::read_dir(path("../shared/seed")).or_else(|_| fs::read_dir(path("../../shared/seed"))).ok()?;
    let texts: String = folder.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok()).collect();
    (!texts.is_empty()).then(|| letters(&texts))
}

/// A text without punctuation and spaces, which hide a copied run.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
