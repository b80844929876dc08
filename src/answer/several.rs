//! Several questions in one message: an answer to each, in one message.

use super::answerer::Answerer;
use super::draft::{Draft, Setting};
use super::reply::{Outcome, Reply};
use super::texts::Echo;
use crate::content::model::SectionRef;
use crate::message::{Body, Paragraph, Question, Span};

impl Answerer {
    /// The questions of a message that are answered each by itself; none where a document is asked so as a whole.
    pub fn apart(&self, whole: &Question, questions: Vec<Question>) -> Vec<Question> {
        if questions.is_empty() || self.is_asked_so(whole, &self.reply(whole)) { Vec::new() } else { questions }
    }

    /// The answers as one message: each under its question, with a button to each section that is shown.
    pub fn draft_of_all(&self, answered: &[(Question, Reply)], setting: Setting) -> Draft {
        let mut all = Draft::of(Body(Vec::new()));
        for (question, reply) in answered {
            all.body.0.push(Paragraph::new([Span::bold(Echo::of(&question.typed).to_string())]));
            all.body.0.extend(self.draft(question, reply, setting).body.0);
            let sections = shown_first(reply).into_iter();
            let button = |at: SectionRef| {
                let (_, section) = self.library().section(&at)?;
                Some(vec![setting.open(&section.title, at.clone())])
            };
            all.buttons.extend(sections.filter_map(button));
        }
        all
    }
}

/// The sections that a reply has a button for among others: those that it shows first.
fn shown_first(reply: &Reply) -> Vec<SectionRef> {
    match &reply.outcome {
        Outcome::Card(source) => vec![source.at.clone()],
        Outcome::Which(choice) => choice.sections.clone(),
        Outcome::Maybe(nearest) => nearest.sections.first().cloned().into_iter().collect(),
        Outcome::List(list) => list.under.clone().into_iter().collect(),
        Outcome::NotCovered(_) | Outcome::Talk(_) => Vec::new(),
    }
}
