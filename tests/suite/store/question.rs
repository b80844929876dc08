//! Open questions: what is kept of them, how they are counted, when they go.

use std::time::Duration;

use wengu::message::{ChatId, MessageId, UserId};
use wengu::store::{Asked, Change, OpenQuestion, OpenQuestions, Reaction, Vote};

use super::{ANNA, Bench, GROUP, section};

const BEN: UserId = UserId(6);

fn asked(chat: ChatId, question: i32, text: Option<&str>, word: &str, refused: bool) -> Reaction {
    let (words, text, section) = (vec![word.to_owned()], text.map(str::to_owned), Some(section("problem-1")));
    let asked = Asked { chat, question: MessageId(question), user: ANNA.into(), words, text, section, refused };
    Reaction { asked: Some(asked), ..Reaction::default() }
}

fn vote(user: UserId, question: i32, liked: bool) -> Change {
    let (chat, question, section) = (GROUP, MessageId(question), Some(section("measure-2")));
    Change::Vote(Vote { chat, question, user, liked, section })
}

async fn open(bench: &Bench) -> Vec<OpenQuestion> {
    OpenQuestions::open(&bench.url).await.unwrap().list().await.unwrap()
}

#[tokio::test]
async fn the_most_frequent_come_first_and_what_is_the_same_is_counted_together() {
    let bench = Bench::new().await;
    bench.handle(1, GROUP, asked(GROUP, 11, Some("甲是谁"), "甲", true)).await;
    for id in 2..5 {
        bench.handle(id, GROUP, asked(GROUP, 20 + id as i32, Some("乙是谁？"), "乙", true)).await;
    }
    bench.handle(5, GROUP, asked(GROUP, 30, Some("张三是谁"), "谁", false)).await;
    let open = open(&bench).await;
    let told: Vec<_> = open.iter().map(|one| (one.text.as_deref().unwrap(), one.refused, one.disliked)).collect();
    assert_eq!(told, [("乙是谁？", 3, 0), ("甲是谁", 1, 0)], "what was answered is not open");
    assert_eq!((open[0].words.as_slice(), &open[0].section), (&["乙".to_owned()][..], &Some(section("problem-1"))));
}

#[tokio::test]
async fn a_person_has_one_vote_and_a_disliked_answer_opens_its_question() {
    let bench = Bench::new().await;
    bench.change(vote(ANNA, 40, true)).await;
    assert_eq!(open(&bench).await, []);
    for user in [ANNA, ANNA, BEN] {
        bench.change(vote(user, 40, false)).await;
    }
    let one = open(&bench).await.remove(0);
    assert_eq!((one.disliked, one.text, one.section), (2, None, Some(section("measure-2"))));
    bench.change(vote(BEN, 40, true)).await;
    assert_eq!(open(&bench).await[0].disliked, 1);
}

#[tokio::test]
async fn an_open_question_stays_until_it_is_closed_or_its_person_is_forgotten() {
    let bench = Bench::new().await;
    bench.handle(1, GROUP, asked(GROUP, 11, None, "甲", true)).await;
    bench.handle(2, GROUP, asked(GROUP, 12, None, "乙", false)).await;
    bench.change(vote(BEN, 50, false)).await;
    bench.clock.advance(Duration::from_secs(30 * 24 * 3600));
    bench.store.prune().await.unwrap();
    assert_eq!(open(&bench).await.len(), 2);
    assert_eq!(bench.peek("SELECT CAST(COUNT(*) AS TEXT) FROM questions").await.as_deref(), Some("2"));

    let id = open(&bench).await.into_iter().find(|one| one.refused == 1).unwrap().id;
    let mut beside = OpenQuestions::open(&bench.url).await.unwrap();
    assert!(beside.close_one(&id).await.unwrap() && !beside.close_one(&id).await.unwrap());
    bench.change(Change::Forget { user: BEN }).await;
    assert_eq!(open(&bench).await, []);
}
