//! Word documents, made into documents.

use std::io::Write;

use libflate::deflate::Encoder;
use wengu::content::import::{ImportError, import};
use wengu::content::model::{Document, DocumentId, Number};

const STYLES: &str = r#"<w:styles xmlns:w="w">
    <w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style>
    <w:style w:styleId="a2"><w:name w:val="own"/><w:basedOn w:val="a3"/></w:style>
    <w:style w:styleId="a3"><w:name w:val="mine"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
    <w:style w:styleId="a4"><w:name w:val="article"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
    <w:style w:styleId="a5"><w:name w:val="toc 1"/></w:style>
</w:styles>"#;

const NUMBERING: &str = r#"<w:numbering xmlns:w="w">
    <w:abstractNum w:abstractNumId="7">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
        <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
    </w:abstractNum>
    <w:abstractNum w:abstractNumId="8">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl>
    </w:abstractNum>
    <w:abstractNum w:abstractNumId="9">
        <w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl>
    </w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
    <w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
    <w:num w:numId="3"><w:abstractNumId w:val="9"/></w:num>
    <w:num w:numId="4"><w:abstractNumId w:val="8"/>
        <w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"#;

const NOTES: &str = r#"<w:footnotes xmlns:w="w"><w:footnote w:id="2"><w:p><w:r><w:t>注：每周。</w:t></w:r></w:p>
    </w:footnote></w:footnotes>"#;

/// A Word document with this body.
fn docx(body: &str) -> Vec<u8> {
    let document =
        format!(r#"<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>{body}</w:body></w:document>"#);
    let parts = [
        ("word/document.xml", document.as_str()),
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", NUMBERING),
        ("word/footnotes.xml", NOTES),
    ];
    archive(&parts)
}

/// A ZIP archive: every second file deflated, the others as they are.
pub(crate) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (index, (name, text)) in files.iter().enumerate() {
        let packed = if index % 2 == 0 { deflated(text) } else { text.as_bytes().to_vec() };
        let method = if index % 2 == 0 { 8_u16 } else { 0 };
        let header = bytes.len() as u32;
        // Version, flags, method, time, checksum (not looked at), sizes, lengths of name and extra field.
        let mut common = [[20_u16, 0, method, 0, 0, 0, 0].map(u16::to_le_bytes).concat()].concat();
        common.extend([packed.len() as u32, text.len() as u32].map(u32::to_le_bytes).concat());
        common.extend([name.len() as u16, 0].map(u16::to_le_bytes).concat());
        bytes.extend([b"PK\x03\x04", &common[..], name.as_bytes(), &packed].concat());
        let rest = [[0_u8; 10].as_slice(), &header.to_le_bytes(), name.as_bytes()].concat();
        directory.extend([b"PK\x01\x02", 20_u16.to_le_bytes().as_slice(), &common, &rest].concat());
    }
    let counts = [0, 0, files.len() as u16, files.len() as u16].map(u16::to_le_bytes).concat();
    let places = [directory.len() as u32, bytes.len() as u32].map(u32::to_le_bytes).concat();
    bytes.extend([&directory, b"PK\x05\x06".as_slice(), &counts, &places, &[0, 0]].concat());
    bytes
}

fn deflated(text: &str) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().into_result().unwrap()
}

/// A paragraph with properties.
fn p(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn style(id: &str, text: &str) -> String {
    p(&format!(r#"<w:pStyle w:val="{id}"/>"#), text)
}

fn item(list: u32, level: u32, text: &str) -> String {
    p(&format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>"#), text)
}

fn imported(body: &str) -> Document {
    import(&DocumentId::parse("doc").unwrap(), "文件", &docx(body)).unwrap_or_else(|error| panic!("{error}")).document
}

/// The sections as lines: indented by level, with what stands under them.
fn outline(document: &Document) -> Vec<String> {
    let line = |s: &wengu::content::model::Section| {
        format!("{}{}|{}", " ".repeat(usize::from(s.level) - 1), s.title, s.text().replace('\n', "/"))
    };
    document.sections.iter().map(line).collect()
}

#[test]
fn numbers_that_word_counts_stand_where_readers_see_them() {
    let body = p("", "关于读书的意见")
        + &item(1, 0, "总体要求")
        + &item(1, 1, "目标。读完十本书。")
        + &item(1, 1, "步骤。先读后谈。")
        + &item(1, 2, "每周一读。")
        + &item(1, 0, "组织领导")
        + &item(1, 1, "分工。各自负责。")
        + &item(3, 0, "圆点不是数字。");
    assert_eq!(
        outline(&imported(&body)),
        [
            "一、总体要求|",
            " 目标|（一）目标。读完十本书。",
            " 步骤|（二）步骤。先读后谈。",
            "  每周一读|1. 每周一读。",
            "二、组织领导|",
            " 分工|（一）分工。各自负责。/圆点不是数字。",
        ]
    );
}

#[test]
fn articles_numbered_by_their_style_are_articles_and_a_list_may_begin_anew() {
    let article = |text: &str| style("a4", text);
    let body =
        p("", "读书会章程") + &article("会员应当读书。") + &article("会员可以退会。") + &item(4, 0, "附则另起。");
    let document = imported(&body);
    let numbers: Vec<_> = document.with_class("article").map(|s| (s.title.as_str(), s.number)).collect();
    assert_eq!(
        numbers,
        [("第一条", 1), ("第二条", 2), ("第一条", 1)].map(|(title, number)| (title, Some(Number::new(number))))
    );
}

#[test]
fn headings_by_style_keep_their_levels_and_what_is_numbered_below_them_is_their_text() {
    let body = p("", "读书报告")
        + &style("a1", "存在的问题")
        + &style("a2", "读得太少")
        + &p("", "主要原因是太忙。")
        + &style("a1", "二、采取的措施")
        + &p("", "（一）每天读一页。写在日历上。")
        + &p(r#"<w:outlineLvl w:val="0"/>"#, "下一步");
    assert_eq!(
        outline(&imported(&body)),
        ["存在的问题|", " 读得太少|主要原因是太忙。", "二、采取的措施|（一）每天读一页。写在日历上。", "下一步|",]
    );
}

#[test]
fn every_character_that_a_reader_sees_is_kept_once_and_in_order() {
    let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p("", text));
    let text_box = format!("<w:txbxContent>{}</w:txbxContent>", p("", "框里的话。"));
    let drawn = format!(
        "<w:r><mc:AlternateContent><mc:Choice>{text_box}</mc:Choice><mc:Fallback>{text_box}</mc:Fallback></mc:AlternateContent></w:r>"
    );
    let note = r#"<w:r><w:footnoteReference w:id="2"/></w:r>"#;
    let deleted = "<w:del><w:r><w:delText>删掉的</w:delText></w:r></w:del>";
    let (first, added, second) = (run("读书会 &lt;每周&gt; 聚一次"), run("，不迟到*。"), run("第二行。"));
    let body = style("a5", "存在的问题\t1")
        + &format!("<w:p>{first}{deleted}<w:ins>{added}</w:ins>{note}{drawn}<w:r><w:br/></w:r>{second}</w:p>")
        + &format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("书"), cell("页数"))
        + &format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", p("", "完。"));
    let said: String = imported(&body).sections.iter().map(|s| s.text()).collect();
    let solid: String = said.chars().filter(|c| !c.is_whitespace()).collect();
    assert_eq!(solid, "读书会<每周>聚一次，不迟到*。第二行。注：每周。框里的话。书页数完。");
}

#[test]
fn a_file_that_only_begins_like_a_word_document_is_refused_with_the_way_out() {
    let id = DocumentId::parse("doc").unwrap();
    let other = archive(&[("content.xml", "<x/>")]);
    let whole = docx(&p("", "一。"));
    for (bytes, wrong) in [(&other[..], "word/document.xml"), (&whole[..whole.len() / 2], "it is no Word document")] {
        let refusal = import(&id, "x", bytes).unwrap_err();
        assert!(matches!(&refusal, ImportError::Unreadable { .. }), "{refusal:?}");
        let said = refusal.to_string();
        assert!(said.contains(wrong) && said.contains("help: open it in Word"), "{said}");
    }
    assert!(import(&id, "x", &docx("<w:p><w:r>")).unwrap_err().to_string().contains("word/document.xml"));
    assert_eq!(import(&id, "x", &docx("")).unwrap_err(), ImportError::Empty);
}
