//! What speed is measured on: the paragraphs and questions of CMRC 2018 where its files lie beside the clone or
//! `WENGU_SETS` names their folder; otherwise as much text made up of the bundled document's sentences. Which of them it
//! is stands in every line that is printed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use serde::Deserialize;
use wengu::app::documents::Documents;
use wengu::config::Config;
use wengu::content::load;
use wengu::content::model::{Block, Document, DocumentId, Library, Section, SectionId};
use wengu::search::Words;

/// How many bytes the made-up text has: those of CMRC's paragraphs.
const MADE_UP: usize = 1_700_000;

/// How many bytes a paragraph of made-up or grown text has at least.
const PARAGRAPH: usize = 1400;

/// Paragraphs, and questions to ask them.
pub(crate) struct Corpus {
    /// Where they are from.
    pub(crate) name: &'static str,
    /// The paragraphs.
    pub(crate) paragraphs: Vec<String>,
    /// The questions.
    pub(crate) questions: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    text: String,
}

impl Corpus {
    /// What there is.
    pub(crate) fn find() -> Self {
        let beside = ["../shared/eval/retrieval", "../../shared/eval/retrieval"].map(PathBuf::from);
        let folders = std::env::var_os("WENGU_SETS").map(PathBuf::from).into_iter().chain(beside);
        folders.map(|folder| Self::read(&folder)).find_map(|read| read).unwrap_or_else(Self::made_up)
    }

    fn read(folder: &Path) -> Option<Self> {
        let paragraphs = rows(&folder.join("corpus_cmrc.jsonl.gz"))?;
        let questions = rows(&folder.join("dev/cmrc.jsonl.gz"))?;
        Some(Self { name: "cmrc", paragraphs, questions })
    }

    fn made_up() -> Self {
        let document = load::parse("reflection.md", include_str!("../content/reflection.md")).expect("it is checked");
        let questions = document.sections.iter().flat_map(|section| section.asks.clone()).collect();
        let paragraphs = document.sections.iter().map(|section| section.text()).collect();
        Self { name: "made-up text", paragraphs, questions }.grown(MADE_UP)
    }

    /// So many bytes of text whose sentences are drawn from this one.
    pub(crate) fn grown(&self, bytes: usize) -> Self {
        let sentences: Vec<&str> = self.paragraphs.iter().flat_map(|p| p.split_inclusive('。')).collect();
        let (mut paragraphs, mut made, mut drawn) = (Vec::new(), 0, 1_usize);
        while made < bytes {
            let mut text = String::new();
            while text.len() < PARAGRAPH {
                // A fixed sequence, so that every run measures the same text.
                drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(sentences[(drawn >> 33) % sentences.len()]);
            }
            made += text.len();
            paragraphs.push(text);
        }
        Self { name: self.name, paragraphs, questions: self.questions.clone() }
    }

    /// How much text it is.
    pub(crate) fn bytes(&self) -> usize {
        self.paragraphs.iter().map(String::len).sum()
    }

    /// The paragraphs as the sections of a document.
    pub(crate) fn library(&self) -> Library {
        let sections = self.paragraphs.iter().enumerate().map(|(number, text)| section(number, text));
        let title = "corpus".to_owned();
        Library::new([Document {
            id: DocumentId::parse("corpus").expect("it has an id's characters"),
            short: title.clone(),
            title,
            edition: None,
            lang: None,
            aliases: vec![],
            synonyms: vec![],
            series: vec![],
            facets: vec![],
            introduction: vec![],
            sections: sections.collect(),
        }])
    }
}

/// Who reads questions to a corpus and answers them.
pub(crate) struct Desk(Documents);

impl Desk {
    /// Indexes a library.
    pub(crate) fn open(library: Library, words: &Arc<Words>) -> Self {
        let threshold = Config::default().answer.threshold.get();
        Self(Documents::index(library, words, threshold).expect("it fits into memory"))
    }

    /// From the raw question to the finished message.
    pub(crate) fn answer(&self, text: &str) -> Option<wengu::answer::Draft> {
        let question = self.0.reader.read(text)?;
        let reply = self.0.answerer.reply(&question);
        Some(self.0.answerer.draft(&question, &reply, wengu::answer::Setting::private(wengu::message::Lang::Zh)))
    }
}

fn section(number: usize, text: &str) -> Section {
    Section {
        id: SectionId::parse(&format!("p{number}")).expect("it has an id's characters"),
        title: "§".into(),
        level: 2,
        parent: None,
        classes: vec![],
        topics: vec![],
        number: None,
        related: vec![],
        asks: vec![],
        think: vec![],
        blocks: vec![Block::Paragraph(text.split_whitespace().collect::<Vec<_>>().join(" "))],
        line: 1,
    }
}

fn rows(file: &Path) -> Option<Vec<String>> {
    let unpacked = Command::new("gzip").arg("-dc").arg(file).output().ok().filter(|run| run.status.success())?;
    let text = String::from_utf8(unpacked.stdout).ok()?;
    let row = |line| serde_json::from_str::<Row>(line).map(|row| row.text);
    text.lines().map(row).collect::<Result<_, _>>().ok()
}
