//! In the chat page: asking on from a card, wrong characters, typing the bot's name anywhere, and an answer that nobody
//! likes until the document is mended.

use serde_json::{Value, json};

use crate::browser::{PHONE, Sandbox, WIDE, assert_fits, assert_readable, browser, save, title, wait_for_answer};
use crate::webdriver::Browser;

#[tokio::test]
async fn a_reader_asks_on_shares_what_is_found_and_mends_what_is_not() {
    let Some(browser) = browser().await else { return };
    let mut sandbox = Sandbox::start();
    browser.become_screen(WIDE).await;
    browser.open(&sandbox.url).await;
    ask_on_from_a_card(&browser).await;
    type_the_name_and_choose(&browser).await;
    share_a_card(&browser).await;
    dislike_and_mend(&browser, &mut sandbox).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

async fn ask_on_from_a_card(browser: &Browser) {
    browser.press("#start", "").await;
    wait_for_answer(browser, "温故").await;
    browser.enter("#text", "监督机制有什么漏洞").await;
    wait_for_answer(browser, &title("problem-3")).await;
    let card = "const rows = document.querySelectorAll('#log .row.theirs'); return rows[rows.length - 1].dataset.id";
    let card = browser.run(card, json!([])).await;
    // Another subject comes between; the reply is about the card all the same.
    browser.enter("#text", "制度方面有什么问题").await;
    wait_for_answer(browser, &title("problem-2")).await;
    browser.run("document.querySelector(`[data-reply='${arguments[0]}']`).click()", json!([card])).await;
    browser.enter("#text", "那措施呢？").await;
    wait_for_answer(browser, &title("measure-3")).await;
    browser.enter("#text", "第二条呢？").await;
    wait_for_answer(browser, &title("measure-2")).await;
    browser.enter("#text", "四峰").await;
    wait_for_answer(browser, "你想问的是不是“四风”").await;
    assert_readable(browser, "a conversation").await;
    save(browser, "answers-conversation").await;
}

async fn type_the_name_and_choose(browser: &Browser) {
    browser.press("[data-chat^='-']", "").await;
    browser.write("#text", "@wengu_bot 一把手").await;
    browser.until("the offers", "return document.querySelectorAll('.option.result').length > 0", json!([])).await;
    assert_readable(browser, "the offers").await;
    save(browser, "answers-inline").await;
    browser.press(".option.result", "").await;
    let said = "const last = [...document.querySelectorAll('#log .row.own')].at(-1);
                return Boolean(last?.querySelector('.via') && last.textContent.includes('反思 ›'))";
    browser.until("the card in the reader's own name", said, json!([])).await;
    browser.write("#text", "@wengu_bot 请看 +一把手+ 和 +四风+").await;
    browser
        .until(
            "the text",
            "return document.querySelector('.option.result')?.textContent.includes('2 个链接')",
            json!([]),
        )
        .await;
    browser.press(".option.result", "").await;
    let links =
        "return [...document.querySelectorAll('#log .row.own')].at(-1).querySelectorAll('.text a').length === 2";
    browser.until("two links", links, json!([])).await;
    browser.become_screen(PHONE).await;
    assert_fits(browser, "what was chosen").await;
    save(browser, "answers-phone").await;
    browser.become_screen(WIDE).await;
}

async fn share_a_card(browser: &Browser) {
    browser.press("[data-chat]:not([data-chat^='-'])", "").await;
    browser.enter("#text", "张三是谁").await;
    wait_for_answer(browser, &title("problem-1")).await;
    browser.press("#log .row:last-child .key", "分享").await;
    let offered = "return location.hash.includes('chat=-') && document.querySelectorAll('.option.result').length === 1";
    browser.until("the card is offered in the group", offered, json!([])).await;
    browser.press(".option.result", "").await;
    let shared = "return [...document.querySelectorAll('#log .row.own')].at(-1)?.textContent.includes(arguments[0])";
    browser.until("the card in the group", shared, json!([title("problem-1")])).await;
}

/// Says that an answer is wrong; whoever looks after the document says which section is right, and it is the answer.
async fn dislike_and_mend(browser: &Browser, sandbox: &mut Sandbox) {
    browser.press("[data-chat]:not([data-chat^='-'])", "").await;
    browser.enter("#text", "四峰").await;
    wait_for_answer(browser, &title("measure-4")).await;
    browser.press("#log .row:last-child .key", "👎").await;
    browser
        .until("the thanks", "return document.querySelector('.toast')?.textContent.includes('记下了')", json!([]))
        .await;
    save(browser, "answers-dislike").await;
    let open: Vec<Value> = serde_json::from_str(&sandbox.command(&["questions", "--json"])).unwrap();
    let question = open.iter().find(|one| one["text"] == "四峰").unwrap();
    assert_eq!(question["disliked"], 1);
    sandbox.command(&["questions", "add", question["id"].as_str().unwrap(), "problem-4"]);
    // A page that loses its sandbox complains, and would be right to.
    browser.open("about:blank").await;
    sandbox.restart();
    browser.open(&sandbox.url).await;
    browser.press("#start", "").await;
    wait_for_answer(browser, "温故").await;
    browser.enter("#text", "四峰").await;
    wait_for_answer(browser, &title("problem-4")).await;
    save(browser, "answers-mended").await;
}
