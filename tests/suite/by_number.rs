//! Sections asked for by number, as people type numbers, on documents that the command imports.

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use wengu::content::model::in_chinese;

/// A folder with one imported document, asked by the command.
struct Book(TempDir);

impl Book {
    fn import(name: &str, text: &str) -> Self {
        let home = TempDir::new().unwrap();
        std::fs::create_dir(home.path().join("content")).unwrap();
        std::fs::write(home.path().join(name), text).unwrap();
        let book = Self(home);
        let out = book.wengu(&["import", name, "--out", "content"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        book
    }

    fn wengu(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wengu"));
        command.args(arguments).current_dir(self.0.path()).env("WENGU_CONTENT__DIR", "content").output().unwrap()
    }

    /// What `ask --json` says to each question.
    fn ask(&self, questions: &[String]) -> Vec<Value> {
        std::fs::write(self.0.path().join("questions"), questions.join("\n")).unwrap();
        let out = self.wengu(&["ask", "--json", "--batch", "questions"]);
        let lines = String::from_utf8(out.stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn reply(&self, question: &str) -> (String, String) {
        let answer = self.ask(&[question.to_owned()]).remove(0);
        (answer["outcome"].as_str().unwrap().to_owned(), answer["reply"].as_str().unwrap().to_owned())
    }
}

const THINGS: &[&str] =
    &["水井", "桥梁", "渡船", "磨坊", "果园", "驿站", "粮仓", "渔网", "马车", "窑炉", "灯塔", "钟楼", "染坊"];

/// A law of thirteen chapters of ten articles, each with a sum of its own that tells it apart.
fn law() -> String {
    let mut text = "# 河谷公物管理办法\n\n".to_owned();
    for (chapter, thing) in THINGS.iter().enumerate() {
        text += &format!("## 第{}章　{thing}\n\n", in_chinese(chapter as u32 + 1));
        for n in (chapter as u32 * 10 + 1)..=(chapter as u32 * 10 + 10) {
            text += &format!("第{}条　{thing}损坏的，照价赔偿，另交{}文钱修缮费。\n\n", in_chinese(n), n * 7 + 1_000);
        }
    }
    text
}

/// How a number is typed.
fn spellings(n: u32) -> Vec<String> {
    let chinese = in_chinese(n);
    vec![
        format!("第{chinese}条"),
        format!("第{n}条"),
        format!("第 {n} 条"),
        format!("{n}条"),
        format!("第{chinese}条说了什么？"),
        format!("第{n}條的內容"),
        format!("请问第{n}条是什么"),
        format!("article {n}"),
        format!("what does Article {n} say?"),
        format!("art. {n}"),
    ]
}

#[test]
fn every_article_of_a_long_law_is_found_by_its_number_however_it_is_typed() {
    let book = Book::import("law.md", &law());
    let asked: Vec<(u32, String)> =
        (1..=130).flat_map(|n| spellings(n).into_iter().map(move |text| (n, text))).collect();
    let questions: Vec<String> = asked.iter().map(|(_, text)| text.clone()).collect();
    let answers = book.ask(&questions);
    assert_eq!(answers.len(), asked.len());
    let right = |((n, _), answer): &(&(u32, String), &Value)| {
        answer["outcome"] == "sure" && answer["reply"].as_str().unwrap().contains(&format!("{}文", n * 7 + 1_000))
    };
    let wrong: Vec<_> = asked.iter().zip(&answers).filter(|pair| !right(pair)).map(|((_, text), _)| text).collect();
    assert!(
        wrong.len() * 50 < asked.len(),
        "{} of {} wrong: {:?}",
        wrong.len(),
        asked.len(),
        &wrong[..wrong.len().min(20)]
    );
    let missing: Vec<String> = [131, 200, 999].into_iter().flat_map(spellings).collect();
    for answer in book.ask(&missing) {
        assert_eq!(answer["outcome"], "not_covered", "{answer}");
        assert!(answer["reply"].as_str().unwrap().contains("第一百三十条"), "{answer}");
    }
}

#[test]
fn an_article_is_cited_by_the_title_of_its_law() {
    let (_, reply) = Book::import("law.md", &law()).reply("第五十四条");
    assert!(reply.ends_with("《河谷公物管理办法》第五十四条"), "{reply}");
}

#[test]
fn the_shape_of_a_document_is_told_by_its_numbers() {
    let book = Book::import("law.md", &law());
    for (question, outcome, says) in [
        ("有几章", "list", "13 章"),
        ("一共多少条", "list", "130 条"),
        ("how many chapters are there", "list", "窑炉"),
        ("第三章有哪些条", "list", "第二十一条"),
        ("第三章有几条", "list", "10 条"),
        ("第三章讲什么", "list", "渡船"),
        ("渡船", "list", "第二十一条"),
        ("最后一条", "sure", "1910文"),
        ("最后一章讲什么", "list", "染坊"),
        ("第一条", "sure", "1007文"),
        ("第三章最后一条", "sure", "1210文"),
        ("第三章第二十五条", "sure", "1175文"),
        ("the last article", "sure", "1910文"),
        ("第二十章", "not_covered", "第一章到第十三章"),
        ("第三章第一条", "not_covered", "第二十一条到第三十条"),
        ("第二十章第三条", "not_covered", "第一章到第十三章"),
    ] {
        let (came, reply) = book.reply(question);
        assert!(came == outcome && reply.contains(says), "{question}: {came}: {reply}");
    }
}

/// Rules whose articles begin anew in each chapter.
const ANEW: &str = "# 棋社章程\n\n## 第一章　会员\n\n第一条　会员交会费十元。\n\n第二条　会员可以带一位客人。\n\n\
    ## 第二章　比赛\n\n第一条　比赛每局一小时。\n\n第二条　迟到十分钟判负。\n\n第三条　裁判由轮值会员担任。\n";

#[test]
fn articles_that_begin_anew_are_asked_back_or_chosen_by_their_chapter() {
    let book = Book::import("rules.md", ANEW);
    let (outcome, reply) = book.reply("第一条");
    assert_eq!(outcome, "which", "{reply}");
    assert!(reply.contains("第一章　会员 › 第一条") && reply.contains("第二章　比赛 › 第一条"), "{reply}");
    let (outcome, reply) = book.reply("第二章第一条");
    assert!(
        outcome == "sure" && reply.contains("一小时") && reply.ends_with("《棋社章程》第二章　比赛 › 第一条"),
        "{reply}"
    );
    let (outcome, reply) = book.reply("第三条");
    assert!(outcome == "sure" && reply.contains("裁判"), "{reply}");
    let (outcome, reply) = book.reply("第一章第三条");
    assert!(outcome == "not_covered" && reply.contains("第一章　会员里没有第三条，只有第一条到第二条"), "{reply}");
}

#[test]
fn a_paragraph_or_an_item_is_marked_in_its_article() {
    let text = "# 浴室规则\n\n## 第一章　进门\n\n第一条　有下列情形之一的，不得入内：\n\n（一）穿鞋的；\n\n（二）带狗的；\n\n（三）喝酒的。\n\n\
        孩子由大人带入。\n\n第二条　夜里关门。\n";
    let book = Book::import("bath.md", text);
    for (question, says) in [
        ("第一条第二款", "孩子由大人带入"),
        ("第一条第（二）项", "带狗的"),
        ("第一条第一款第（三）项", "喝酒的"),
        ("article 1, paragraph 2", "孩子由大人带入"),
    ] {
        let (outcome, reply) = book.reply(question);
        assert!(outcome == "sure" && reply.contains(says) && reply.contains("不得入内"), "{question}: {reply}");
    }
    for (question, says) in
        [("第一条第五款", "一共 2 款"), ("第一条第（九）项", "一共 3 项"), ("第二条第（一）项", "没有分项")]
    {
        let (outcome, reply) = book.reply(question);
        assert!(outcome == "not_covered" && reply.contains(says), "{question}: {outcome} {reply}");
    }
}

#[test]
fn headings_are_found_by_their_outline_number_and_by_the_number_of_a_question() {
    let text = "# 仓库手册\n\n## 3. 出库\n\n### 3.1 领料\n\n凭单领料。\n\n### 3.2 退料\n\n三天内退料。\n\n## 4. 问答\n\n\
        ### 问题 1：单子丢了\n\n找组长补。\n\n### 问题 2：数量不对\n\n当面重数。\n";
    let book = Book::import("store.md", text);
    for (question, outcome, says) in [
        ("3.1", "sure", "凭单领料"),
        ("3.2讲什么", "sure", "三天内"),
        ("Section 3.1", "sure", "凭单领料"),
        ("section 3", "list", "3.2 退料"),
        ("3.9", "not_covered", "3.1 到 3.2"),
        ("问题2", "sure", "当面重数"),
        ("问题二是什么", "sure", "当面重数"),
        ("question 1", "sure", "找组长补"),
        ("单子丢了", "sure", "找组长补"),
    ] {
        let (came, reply) = book.reply(question);
        assert!(came == outcome && reply.contains(says), "{question}: {came}: {reply}");
    }
}

#[test]
fn a_number_with_points_is_no_number_of_its_first_part() {
    let text = "# 窑厂手册\n\n## 第三章 烧窑\n\n### 3.1 装窑\n\n轻拿轻放。\n\n### 3.2 点火\n\n先开风门。\n\n## 第四章 出窑\n\n\
        ### 4.1 开门\n\n等凉透。\n\n### 4.2 搬运\n\n戴手套。\n";
    let book = Book::import("kiln.md", text);
    for (question, outcome, says) in [
        ("3.1", "sure", "轻拿轻放"),
        ("Section 4.2", "sure", "戴手套"),
        ("第4.1节讲什么", "sure", "等凉透"),
        ("section 4.9", "not_covered", "4.2"),
        ("第四章有几节", "list", "2 节"),
    ] {
        let (came, reply) = book.reply(question);
        assert!(came == outcome && reply.contains(says), "{question}: {came}: {reply}");
    }
}

#[test]
fn a_lecture_that_is_not_there_is_said_not_to_be_there() {
    let text =
        "# 陶艺课\n\n## 第一讲　选土\n\n选细土。\n\n## 第二讲　拉坯\n\n手要稳。\n\n## 第三讲　上釉\n\n釉要匀。\n";
    let book = Book::import("clay.md", text);
    for (question, outcome, says) in [
        ("第二讲讲什么", "sure", "手要稳"),
        ("第九讲", "not_covered", "第一讲到第三讲"),
        ("有几讲", "list", "3 讲"),
        ("最后一讲", "sure", "釉要匀"),
    ] {
        let (came, reply) = book.reply(question);
        assert!(came == outcome && reply.contains(says), "{question}: {came}: {reply}");
    }
}

#[test]
fn what_stands_under_two_headings_names_them() {
    // 的 shapes questions too: in a heading it stays.
    for title in ["附件丢失", "附件的类型不对"] {
        let text =
            format!("# 同步说明\n\n## 电脑\n\n### {title}\n\n重新下载。\n\n## 手机\n\n### {title}\n\n换个网络。\n");
        let (outcome, reply) = Book::import("sync.md", &text).reply(title);
        let both = ["电脑", "手机"].iter().all(|above| reply.contains(&format!("{above} › {title}")));
        assert!(outcome == "which" && both, "{outcome}: {reply}");
    }
}

#[test]
fn a_document_that_is_named_is_the_only_one_that_is_looked_into() {
    let book = Book::import("rules.md", ANEW);
    let other = ANEW.replace("棋社章程", "茶社章程").replace("十元", "二十元");
    std::fs::write(book.0.path().join("tea.md"), other).unwrap();
    assert!(book.wengu(&["import", "tea.md", "--out", "content"]).status.success());
    let (outcome, reply) = book.reply("茶社章程第一章第一条");
    assert!(outcome == "sure" && reply.contains("二十元"), "{outcome}: {reply}");
    let (outcome, reply) = book.reply("第一章第一条");
    assert!(outcome == "which" && reply.contains("棋社") && reply.contains("茶社"), "{outcome}: {reply}");
}

/// Rules of a club as English ones are written: sections within articles, their text behind the number.
const CLUB: &str = "RULES OF THE MARSH WALKERS\n\nARTICLE I\nNAME\n\nSection 1. Name. The club is called the Marsh Walkers.\n\n\
    Section 2. Purpose. It keeps the paths open.\n\nARTICLE II\nWALKERS\n\nSection 1. Who may join. Anybody over twelve.\n\n\
    Section 2. Dues. Nine pounds a year, due in May.\n\nSection 3. Leaving. A letter is enough.\n\nARTICLE III\nPATHS\n\n\
    Section 1. Care. Each path has a warden.\n\nSection 2. Closing. The warden closes a flooded path.\n";

#[test]
fn sections_are_found_within_the_articles_of_english_rules_in_text_and_in_markdown() {
    for (file, text) in [("club.txt", CLUB.to_owned()), ("club.md", CLUB.replacen("RULES", "# RULES", 1))] {
        let book = Book::import(file, &text);
        for (question, says) in [
            ("Article II Section 2", "Nine pounds"),
            ("section 2 of article III", "flooded path"),
            ("Article 1, Section 2", "paths open"),
            ("the third article second section", "flooded path"),
            ("article ii section 3", "A letter"),
            ("第二条第三节", "A letter"),
            ("article III", "Section 2. Closing"),
            ("ARTICLE II", "Section 1. Who may join"),
            ("article two", "Section 2. Dues"),
            ("how much are the dues", "Nine pounds"),
            ("when does the warden close a path", "flooded path"),
        ] {
            let (outcome, reply) = book.reply(question);
            assert!(["sure", "list"].contains(&outcome.as_str()) && reply.contains(says), "{file} {question}: {reply}");
        }
        let (outcome, reply) = book.reply("Article II Section 9");
        assert_eq!(outcome, "not_covered", "{file}: {reply}");
        let (outcome, _) = book.reply("Section 1");
        assert_eq!(outcome, "which", "{file}: each article has one");
        let written = std::fs::read_to_string(book.0.path().join("content/club.md")).unwrap();
        assert!(written.contains("ARTICLE II WALKERS {#article-2"), "its title stood on the next line: {written}");
    }
}

/// A lease whose clauses are sentences.
const LEASE: &str = "小屋租约\n\n一、租期\n\n1.1 租期两年，从春分起算。\n\n1.2 到期前一个月可以续租。\n\n二、租金\n\n\
    2.1 每月三百文，月初付清。\n\n2.2 迟付的，每天加收两文。\n\n三、押金\n\n3.1 押金六百文，退租时还清。\n";

#[test]
fn a_clause_is_found_by_its_number_where_it_is_no_heading() {
    let book = Book::import("lease.txt", LEASE);
    for (question, says) in [("2.2", "加收两文"), ("第3.1条", "六百文"), ("1.2讲什么", "续租"), ("条款 2.1", "月初")]
    {
        let (outcome, reply) = book.reply(question);
        assert!(outcome == "sure" && reply.contains(says), "{question}: {outcome} {reply}");
    }
    let (outcome, reply) = book.reply("4.1");
    assert_ne!(outcome, "sure", "{reply}");
}

#[test]
fn numbers_stand_as_high_beside_one_that_has_parts() {
    let text = "LEASE\n\n1. PREMISES. The flat by the mill.\n\n2. TERM. Two years from May.\n\n3. RENT\n\n3.1 Ninety pounds a month.\n\n\
        3.2 Nine pounds more when it is late.\n\n4. DEPOSIT. Two hundred pounds.\n\n5. PETS. None but cats.\n";
    let book = Book::import("flat.txt", text);
    let written = std::fs::read_to_string(book.0.path().join("content/flat.md")).unwrap();
    let headings: Vec<&str> = written.lines().filter(|line| line.starts_with('#') && line.contains("{#")).collect();
    assert!(headings.len() == 5 && headings.iter().all(|heading| heading.starts_with("# ")), "{headings:#?}");
    for (question, says) in [("3.2", "Nine pounds more"), ("how much is the deposit", "Two hundred"), ("pets", "cats")]
    {
        let (_, reply) = book.reply(question);
        assert!(reply.contains(says), "{question}: {reply}");
    }
}
