use super::*;
use crate::content::model::{Block, Section, Sections};

fn section(id: &str, title: &str, text: &str) -> Section {
    Section::saying(id, title, vec![Block::Paragraph(text.to_owned())])
}

fn document((id, title): &(&str, &str)) -> Document {
    Document {
        id: DocumentId::parse(id).unwrap(),
        title: (*title).to_owned(),
        short: (*title).to_owned(),
        edition: None,
        lang: None,
        aliases: if *id == "staff" { vec!["职工守则".into()] } else { Vec::new() },
        synonyms: Vec::new(),
        series: Vec::new(),
        facets: Vec::new(),
        introduction: Vec::new(),
        sections: Sections::from_iter([
            section("a", "总则", "依照《宪法》制定。"),
            section("b", "差旅报销办法", "先申请。"),
            section("c", "渔业法修正案", "第三条改为：先登记。"),
        ]),
    }
}

/// A library of documents with these ids and titles.
fn titles(documents: &[(&str, &str)]) -> (Titles, Simplify) {
    let simplify: Simplify = Box::new(|c| match c {
        '勞' => '劳',
        '動' => '动',
        c => c,
    });
    (Titles::of(&Library::new(documents.iter().map(document)), &simplify), simplify)
}

/// The ids of the documents that are named, and the rest of the question; what is unknown behind a `?`.
fn read(all: &[(&str, &str)], question: &str) -> (String, String) {
    let (titles, simplify) = titles(all);
    let Found { named, rest } = titles.find(question, &simplify);
    let named = match named {
        Named::Nothing => String::new(),
        Named::Documents(ids) => ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" "),
        Named::Unknown(name) => format!("?{name}"),
    };
    (named, rest)
}

const LAWS: &[(&str, &str)] = &[
    ("labour", "中华人民共和国劳动法（2018修正）"),
    ("contract", "中华人民共和国劳动合同法"),
    ("dam", "乙坝管理办法"),
    ("bridge", "丙桥管理办法（试行）"),
    ("staff", "员工手册"),
    ("guide", "Employee Handbook"),
];

#[test]
fn a_document_is_named_by_its_title_in_every_spelling() {
    for (question, named, rest) in [
        ("《乙坝管理办法》第二条", "dam", "第二条"),
        ("乙坝管理办法第二条", "dam", "第二条"),
        ("请问乙坝管理办法的第二条", "dam", "请问 第二条"),
        ("《丙桥管理办法》第3条是什么", "bridge", "第3条是什么"),
        ("丙桥管理办法3条", "bridge", "3条"),
        ("劳动法第三条", "labour", "第三条"),
        ("勞動法第三条", "labour", "第三条"),
        ("劳动合同法第三条", "contract", "第三条"),
        ("中华人民共和国劳动合同法第 12 条", "contract", "第 12 条"),
        ("根据《中华人民共和国劳动法》，加班怎么算", "labour", "根据 ，加班怎么算"),
        ("老师说劳动法第三条改了", "labour", "老师说 第三条改了"),
        ("员工手册里年假几天", "staff", "年假几天"),
        ("年假几天？员工手册", "staff", "年假几天？"),
        ("《管理办法》第二条", "bridge dam", "第二条"),
        ("管理办法第二条", "bridge dam", "第二条"),
        ("劳动法和劳动合同法怎么规定试用期", "contract labour", "和 怎么规定试用期"),
        ("what does the Employee Handbook say about leave", "guide", "what does the say about leave"),
        ("《guide》第一条", "guide", "第一条"),
        ("职工守则第二条", "staff", "第二条"),
        ("《乙坝办法》第二条", "dam", "第二条"),
        ("丙桥暂行管理办法第二条", "bridge", "第二条"),
    ] {
        let (found, left) = read(LAWS, question);
        assert_eq!((found.as_str(), left.as_str()), (named, rest), "{question}");
    }
}

#[test]
fn a_rule_that_is_not_here_is_none_that_is() {
    for (question, name) in [
        ("《合同法》第三条", "合同法"),
        ("合同法第三条", "合同法"),
        ("《劳动合同法实施条例》第三条", "劳动合同法实施条例"),
        ("劳动合同法实施条例第三条", "劳动合同法实施条例"),
        ("甲河管理办法第二条", "甲河管理办法"),
        ("请问甲河条例第十二条", "甲河条例"),
        ("《甲河条例》讲了什么", "甲河条例"),
        ("《宪法》第三条", "宪法"),
        ("《论语》第3章", "论语"),
        // A heading that begins with a rule's name is about that rule, and is not it.
        ("渔业法第三条", "渔业法"),
    ] {
        assert_eq!(read(LAWS, question).0, format!("?{name}"), "{question}");
    }
}

#[test]
fn what_is_no_name_names_nothing() {
    for question in [
        "第三条",
        "本办法第三条",
        "这个条例第三条说什么",
        "公司制度第二条",
        "办法第三条",
        "差旅报销办法第二条",
        "依照《宪法》制定的是什么",
        "《论语》是谁写的",
        "有什么办法",
        "这三条规定",
        "怎么请假",
        "《",
        "》《",
        "",
    ] {
        assert_eq!(read(LAWS, question), (String::new(), question.to_owned()), "{question}");
    }
}

#[test]
fn a_name_that_two_documents_share_names_both() {
    let same = [("old", "甲厂章程（2019）"), ("new", "甲厂章程（2024）")];
    assert_eq!(read(&same, "甲厂章程第二条").0, "new old");
    assert_eq!(read(&same, "《甲厂章程（2024）》第二条").0, "new");
}

#[test]
fn a_title_that_holds_another_rules_name_is_one_name() {
    let all = [
        ("post", "中华人民共和国邮政法"),
        ("city", "甲市实施《邮政法》办法"),
        ("notice", "关于适用邮政法第十二条若干问题的通知"),
        ("courts", "甲院、乙院关于办理侵犯甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳权利案件若干问题的解释"),
    ];
    for (question, named, rest) in [
        ("《甲市实施《邮政法》办法》第三条", "city", "第三条"),
        ("甲市实施《邮政法》办法第3条", "city", "第3条"),
        ("甲市实施〈邮政法〉办法第3条", "city", "第3条"),
        ("甲市实施邮政法办法第3条", "city", "第3条"),
        ("《邮政法》第三条", "post", "第三条"),
        ("邮政法第三条", "post", "第三条"),
        ("邮政法第十二条若干问题怎么办", "post", "第十二条若干问题怎么办"),
        ("关于适用邮政法第十二条若干问题的通知第3条", "notice", "第3条"),
        ("甲院、乙院关于办理侵犯甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳权利案件若干问题的解释第3条", "courts", "第3条"),
        ("根据《邮政法》，甲市实施《邮政法》办法怎么说", "city post", "根据 ， 怎么说"),
    ] {
        let (found, left) = read(&all, question);
        assert_eq!((found.as_str(), left.as_str()), (named, rest), "{question}");
    }
}

#[test]
fn a_title_in_full_means_no_other_that_goes_on() {
    let all = [("first", "关于甲案的解释"), ("second", "关于甲案的解释（二）"), ("third", "关于甲案的解释（三）")];
    assert_eq!(read(&all, "《关于甲案的解释》第三条").0, "first");
    assert_eq!(read(&all, "关于甲案的解释（二）第三条").0, "second");
    assert_eq!(read(&all[1..], "《关于甲案的解释》第三条").0, "second third");
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_is_read(text in "(\\PC|《|》|第|三|条|劳动法|管理办法| |，){0,30}") {
        let (_, rest) = read(LAWS, &text);
        proptest::prop_assert!(rest.len() <= text.len() + 1);
    }
}
