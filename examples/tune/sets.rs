//! The sets, the engines over their corpora, and the figures.

use std::collections::HashSet;
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use wengu::content::model::{Block, Document, DocumentId, Library, Section, SectionId};
use wengu::search::{Engine, Results, Weights, Words};

/// Each set and the corpus it asks.
pub(crate) const SETS: [(&str, usize); 7] = [
    ("cmrc", 0),
    ("drcd", 1),
    ("drcd_simp", 1),
    ("cmrc_typo", 0),
    ("cmrc_typo_hard", 0),
    ("cmrc_kw", 0),
    ("cmrc_pinyin", 0),
];

#[derive(Clone, Deserialize)]
struct Paragraph {
    id: String,
    text: String,
}

/// A question and the paragraphs that answer it.
#[derive(Deserialize)]
pub(crate) struct Question {
    /// As asked.
    pub(crate) text: String,
    /// Ids of paragraphs.
    pub(crate) relevant: Vec<String>,
}

/// Corpora and sets, loaded.
pub(crate) struct Bench {
    /// The engines over cmrc and drcd.
    pub(crate) engines: [Engine; 2],
    /// The questions of each of [`SETS`].
    pub(crate) sets: Vec<Vec<Question>>,
    /// Questions that cmrc does not answer.
    pub(crate) oos: Vec<Question>,
    words: Arc<Words>,
    cmrc: Vec<Paragraph>,
}

impl Bench {
    /// Reads and indexes everything.
    pub(crate) fn load(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let start = Instant::now();
        let words = Words::load()?;
        eprintln!("words: {:?}, {} MB resident", start.elapsed(), resident());
        let engine = |name: &str| -> Result<Engine, Box<dyn Error>> {
            let paragraphs: Vec<Paragraph> = rows(&folder.join(format!("corpus_{name}.jsonl.gz")))?;
            let bytes: usize = paragraphs.iter().map(|p| p.text.len()).sum();
            let library = library(name, paragraphs)?;
            let (start, cpu) = (Instant::now(), cpu_seconds());
            let engine = Engine::build(&library, Arc::clone(&words))?;
            let rate = bytes as f64 / 1e6 / start.elapsed().as_secs_f64();
            let work = bytes as f64 / 1e6 / (cpu_seconds() - cpu);
            eprintln!("{name}: {rate:.2} MB/s, {work:.2} MB per CPU second, {} MB resident", resident());
            Ok(engine)
        };
        let engines = [engine("cmrc")?, engine("drcd")?];
        let set = |name: &str| rows::<Question>(&folder.join(format!("dev/{name}.jsonl.gz")));
        let sets = SETS.iter().map(|(name, _)| set(name)).collect::<Result<_, _>>()?;
        let cmrc = rows(&folder.join("corpus_cmrc.jsonl.gz"))?;
        Ok(Self { engines, sets, oos: set("oos")?, words, cmrc })
    }

    /// A library of `size` paragraphs, the `number`th such, and the ids of its paragraphs.
    pub(crate) fn small(&self, size: usize, number: usize) -> Result<(Engine, HashSet<String>), Box<dyn Error>> {
        let some: Vec<Paragraph> = self.cmrc.iter().skip(number * size).take(size).cloned().collect();
        let ids = some.iter().map(|p| p.id.clone()).collect();
        Ok((Engine::build(&library("small", some)?, Arc::clone(&self.words))?, ids))
    }

    /// The figures of some weights.
    pub(crate) fn measure(&mut self, weights: &Weights) -> Figures {
        self.engines.iter_mut().for_each(|e| e.set_weights(weights.clone()));
        let mut figures = Figures::default();
        let mut times = Vec::new();
        let mut sure = Vec::new();
        let (cpu, mut asked) = (cpu_seconds(), 0.0);
        for ((name, corpus), questions) in SETS.iter().zip(&self.sets) {
            let (mut first, mut reciprocal) = (0.0, 0.0);
            for question in questions {
                let start = Instant::now();
                let results = self.engines[*corpus].search(&question.text, 10);
                times.push(start.elapsed());
                if *name == "cmrc" {
                    sure.push(results.confidence);
                }
                if let Some(rank) = rank(&results, question) {
                    first += f64::from(u8::from(rank == 1));
                    reciprocal += 1.0 / rank as f64;
                }
            }
            let n = questions.len() as f64;
            asked += n;
            figures.sets.push((name, first / n, reciprocal / n));
        }
        figures.work = Duration::from_secs_f64((cpu_seconds() - cpu) / asked);
        let unsure: Vec<f64> = self.oos.iter().map(|q| self.engines[0].search(&q.text, 10).confidence).collect();
        (figures.auroc, figures.fpr) = separation(&sure, &unsure);
        times.sort_unstable();
        figures.p50 = times[times.len() / 2];
        figures.p99 = times[times.len() * 99 / 100];
        figures
    }
}

/// The rank of the first paragraph that answers, from 1.
pub(crate) fn rank(results: &Results, question: &Question) -> Option<usize> {
    let right = |id: &str| question.relevant.iter().any(|r| section_id(r) == id);
    results.hits.iter().position(|hit| right(hit.at.section.as_str())).map(|i| i + 1)
}

/// AUROC, and the share of the unsure that pass where 95 % of the sure do.
pub(crate) fn separation(sure: &[f64], unsure: &[f64]) -> (f64, f64) {
    let mut sorted = sure.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let wins: f64 = unsure
        .iter()
        .map(|u| {
            let below = sorted.partition_point(|s| s < u);
            let not_above = sorted.partition_point(|s| s <= u);
            (sorted.len() - not_above) as f64 + (not_above - below) as f64 / 2.0
        })
        .sum();
    let threshold = sorted[sorted.len() / 20];
    let passing = unsure.iter().filter(|u| **u >= threshold).count();
    (wins / (sure.len() * unsure.len()) as f64, passing as f64 / unsure.len() as f64)
}

/// What was measured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// Name, share of first places, mean reciprocal rank.
    pub(crate) sets: Vec<(&'static str, f64, f64)>,
    /// Chance that a covered question gets more confidence than an uncovered one.
    pub(crate) auroc: f64,
    /// Uncovered questions that pass where 95 % of the covered do.
    pub(crate) fpr: f64,
    /// Median time of a search.
    pub(crate) p50: Duration,
    /// Mean work of a search, whatever else the machine did.
    pub(crate) work: Duration,
    /// 99th percentile.
    pub(crate) p99: Duration,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, first, reciprocal) in &self.sets {
            write!(f, "{} {:.2}/{:.2}  ", name.trim_start_matches("cmrc_"), first * 100.0, reciprocal * 100.0)?;
        }
        write!(f, "auroc {:.4} fpr {:.3}  {:?} {:?} work {:?}", self.auroc, self.fpr, self.p50, self.p99, self.work)
    }
}

fn rows<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let unpacked = Command::new("gzip").arg("-dc").arg(file).output()?;
    let text = String::from_utf8(unpacked.stdout)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn section_id(paragraph: &str) -> String {
    paragraph.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect()
}

fn library(name: &str, paragraphs: Vec<Paragraph>) -> Result<Library, Box<dyn Error>> {
    let mut sections = Vec::new();
    for paragraph in paragraphs {
        let text = paragraph.text.split_whitespace().collect::<Vec<_>>().join(" ");
        sections.push(Section {
            id: SectionId::parse(&section_id(&paragraph.id))?,
            title: "§".into(),
            level: 2,
            parent: None,
            classes: vec![],
            topics: vec![],
            number: None,
            related: vec![],
            asks: vec![],
            think: vec![],
            blocks: vec![Block::Paragraph(text)],
            line: 1,
        });
    }
    let id = DocumentId::parse(&format!("corpus-{name}"))?;
    let title = format!("corpus-{name}");
    Ok(Library::new([Document {
        id,
        short: title.clone(),
        title,
        edition: None,
        lang: None,
        aliases: Vec::new(),
        synonyms: vec![],
        series: vec![],
        facets: vec![],
        introduction: vec![],
        sections: sections.into_iter().collect(),
    }]))
}

/// What all threads of this process have worked so far.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Megabytes of this process in memory.
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok()).map_or(0, |kb| kb / 1024)
}
