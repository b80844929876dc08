//! Which numbered lines are headings: told by the lines around them.
//!
//! A line that begins with a number may be a heading, an item, an entry of the table of contents, or a sentence about
//! another article (第十一条规定的积分…). Numbers that go on, and words that come again, tell them apart.

use std::collections::HashMap;

use super::super::model::Number;
use super::marker::{self, Marker, Rank};

/// The longest heading of a chapter, in characters: what is longer is a sentence. English words take more.
const HEADING: usize = 40;
const ENGLISH_HEADING: usize = 90;

/// A line that may be a heading.
pub(super) struct Candidate<'t> {
    pub(super) marker: Marker,
    /// The whole line.
    pub(super) words: &'t str,
    /// The file says that it is one.
    pub(super) heading: bool,
    /// The next candidate follows without any text between them.
    pub(super) next_at_once: bool,
    /// The line before it is the title of a table of contents.
    pub(super) opens_contents: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Heading,
    Text,
    /// An entry of the table of contents, which says the headings twice.
    Contents,
    /// The heading right before it, in the other language of the text.
    Translation,
}

/// Which lines with 一、（一）1. are headings, outside of articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// All of them: the text has no other headings.
    All,
    /// Those that read like a title.
    Titles,
    /// None: the file says itself what its headings are, and numbers elsewhere count items.
    None,
}

/// Judges the candidates of a text, in its order.
pub(super) fn judge(candidates: &mut [Candidate<'_>], plain: Plain) -> Vec<Verdict> {
    number_tops(candidates);
    raise_articles_above_sections(candidates);
    let contents = contents(candidates);
    let mut judge = Judge::new(candidates, &contents, plain);
    let verdict = |(index, entry): (usize, &bool)| match entry {
        true => Verdict::Contents,
        false if judge.translates_heading(candidates, index) => Verdict::Translation,
        false if judge.takes(candidates, index) => Verdict::Heading,
        false => Verdict::Text,
    };
    contents.iter().enumerate().map(verdict).collect()
}

/// Whether a line is the title of a table of contents.
pub(super) fn is_contents_title(line: &str) -> bool {
    let solid: String = line.chars().filter(|c| c.is_alphanumeric()).take(20).collect::<String>().to_lowercase();
    ["目录", "目錄", "目次", "contents", "tableofcontents"].contains(&solid.as_str())
}

/// Whether a line names something rather than says something.
pub(super) fn is_title(words: &str) -> bool {
    let longest = if words.is_ascii() { ENGLISH_HEADING } else { HEADING };
    let stops = words.ends_with(['。', '；', '，', '：', '、', ';', ',', ':', '…'])
        || (words.ends_with('.') && words.split_whitespace().count() > 2)
        || words.contains('。');
    !stops && words.chars().take(longest + 1).count() <= longest
}

/// Makes 1. and 1 the top of 1.1, where that comes before the next number of their kind.
fn number_tops(candidates: &mut [Candidate<'_>]) {
    let mut next: Option<Vec<u32>> = None;
    for candidate in candidates.iter_mut().rev() {
        let lone = candidate.marker.rank == Rank::Dotted(1);
        match candidate.marker.rank {
            Rank::Dotted(depth) if depth > 1 => {
                next = marker::dotted_numbers(candidate.words).map(|(_, numbers)| numbers)
            }
            Rank::Third | Rank::Dotted(1) => {
                let first = [candidate.marker.number.main(), 1];
                if next.as_deref() == Some(&first) && is_title(candidate.words) {
                    candidate.marker.rank = Rank::Dotted(1);
                    next = None;
                } else if lone {
                    candidate.marker.rank = Rank::Point;
                }
            }
            _ => {}
        }
    }
    number_beside_tops(candidates);
}

/// Where 3. is the top of 3.1, 2. before it and 4. behind it stand as high.
fn number_beside_tops(candidates: &mut [Candidate<'_>]) {
    let counted = |candidate: &Candidate<'_>| match candidate.marker.rank {
        Rank::Third => Some(false),
        Rank::Dotted(1) => Some(true),
        _ => None,
    };
    let mut places: Vec<usize> = (0..candidates.len()).filter(|at| counted(&candidates[*at]).is_some()).collect();
    for step in [1, -1] {
        let mut before: Option<(i64, bool)> = None;
        for at in &places {
            let number = i64::from(candidates[*at].marker.number.main());
            let goes_on = before.is_some_and(|(last, top)| top && number == last + step);
            if goes_on && counted(&candidates[*at]) == Some(false) {
                candidates[*at].marker.rank = Rank::Dotted(1);
            }
            before = Some((number, counted(&candidates[*at]) == Some(true)));
        }
        places.reverse();
    }
}

/// English bylaws count sections within their articles (ARTICLE II, Section 1.): such articles stand where chapters do.
fn raise_articles_above_sections(candidates: &mut [Candidate<'_>]) {
    let english = |candidate: &Candidate<'_>, rank: Rank| candidate.marker.rank == rank && candidate.marker.english;
    let mut under_an_article = false;
    let mut sections = 0;
    for candidate in candidates.iter() {
        if english(candidate, Rank::Article) {
            under_an_article = true;
        } else if english(candidate, Rank::Division) && under_an_article {
            sections += usize::from(is_run_in(candidate) || is_title(candidate.words));
        } else if (Rank::Part..=Rank::Chapter).contains(&candidate.marker.rank) {
            under_an_article = false;
        }
    }
    if sections >= RUN_IN {
        let articles = candidates.iter_mut().filter(|candidate| english(candidate, Rank::Article));
        articles.for_each(|candidate| candidate.marker.rank = Rank::Chapter);
    }
}

/// So many sections whose text follows in the same line (Section 2. Dues. …), and such lines are headings.
const RUN_IN: usize = 2;

/// Whether a line begins with the number of an English section, and its text follows.
fn is_run_in(candidate: &Candidate<'_>) -> bool {
    !candidate.heading && runs_in(candidate.words, &candidate.marker)
}

/// The same of a line that is no heading by itself.
pub(super) fn runs_in(words: &str, marker: &Marker) -> bool {
    let section = marker.rank == Rank::Division && marker.english && marker.apart;
    section && (!is_title(words) || marker::run_in_title(words, marker) > marker.length)
}

/// Whether a line may be the title of the chapter whose number stands alone on the line before: it is in capitals, or
/// nothing stands between it and the next heading.
pub(super) fn is_title_below(marker: &Marker, number_alone: bool, line: &str, heading_follows: bool) -> bool {
    let counts = number_alone && (Rank::Part..=Rank::Lecture).contains(&marker.rank);
    let capitals = line.chars().any(char::is_uppercase) && !line.chars().any(char::is_lowercase);
    counts && is_title(line) && marker::at_start(line).is_none() && (capitals || heading_follows)
}

/// Which candidates are entries of a table of contents: the first ones of the text that follow one another, read like
/// titles, and come again later; one of them names a chapter, or the line above says what they are.
fn contents(candidates: &[Candidate<'_>]) -> Vec<bool> {
    let mut entries = vec![false; candidates.len()];
    let mut last: HashMap<String, usize> = HashMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        last.insert(entry_words(candidate.words), index);
    }
    let comes_again = |index: usize| {
        let candidate = &candidates[index];
        let again = last.get(&entry_words(candidate.words)).is_some_and(|last| *last > index);
        again && !candidate.heading && candidate.marker.rank != Rank::Article && is_title(candidate.words)
    };
    let Some(start) = (0..candidates.len()).find(|index| comes_again(*index)) else { return entries };
    let body =
        candidates.iter().position(|candidate| candidate.marker.rank == Rank::Article).unwrap_or(candidates.len());
    let mut end = start + 1;
    while end < body && candidates[end - 1].next_at_once && comes_again(end) {
        end += 1;
    }
    let names_a_chapter = || {
        let ranks = candidates[start..end].iter().map(|candidate| candidate.marker.rank);
        ranks.into_iter().any(|rank| (Rank::Part..=Rank::Lecture).contains(&rank))
    };
    if start < body && end > start + 1 && (candidates[start].opens_contents || names_a_chapter()) {
        entries[start..end].fill(true);
    }
    entries
}

/// The letters of an entry, without the number of its page.
fn entry_words(words: &str) -> String {
    let solid: String = words.chars().filter(|c| c.is_alphanumeric()).collect();
    solid.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()
}

struct Judge {
    plain: Plain,
    /// Articles write their text apart from their number: one that does not is a sentence about another article.
    articles_apart: bool,
    questions: usize,
    steps: usize,
    run_ins: usize,
    /// The last article, and whether a heading above articles came since.
    article: Number,
    anew: bool,
    in_article: bool,
    dotted: Vec<u32>,
    last: HashMap<Rank, (Number, bool)>,
}

impl Judge {
    fn new(candidates: &[Candidate<'_>], contents: &[bool], plain: Plain) -> Self {
        let count = |wanted: &dyn Fn(&Candidate<'_>) -> bool| {
            candidates.iter().zip(contents).filter(|(candidate, entry)| !**entry && wanted(candidate)).count()
        };
        let article = |candidate: &Candidate<'_>| candidate.marker.rank == Rank::Article && !refers(candidate);
        let apart = count(&|candidate| article(candidate) && candidate.marker.apart);
        let glued = count(&|candidate| article(candidate) && !candidate.marker.apart);
        Self {
            plain,
            articles_apart: apart >= glued,
            questions: count(&|candidate| candidate.marker.rank == Rank::Question && !candidate.next_at_once),
            steps: count(&|candidate| candidate.marker.rank == Rank::Step),
            run_ins: count(&is_run_in),
            article: Number::new(0),
            anew: true,
            in_article: false,
            dotted: Vec::new(),
            last: HashMap::new(),
        }
    }

    /// Whether this candidate is a heading; what it opens is noted.
    fn takes(&mut self, candidates: &[Candidate<'_>], index: usize) -> bool {
        let candidate = &candidates[index];
        let Marker { rank, number, .. } = candidate.marker;
        let taken = candidate.heading || (!self.translates(candidate) && self.reads_as_heading(candidates, index));
        if taken {
            self.last.insert(rank, (number, candidate.marker.english));
            match rank {
                Rank::Article => (self.article, self.anew, self.in_article) = (number, false, true),
                Rank::Styled(_) | Rank::Part | Rank::SubPart | Rank::Chapter | Rank::Division | Rank::Lecture => {
                    (self.anew, self.in_article) = (true, false);
                }
                Rank::Dotted(_) => {
                    self.dotted =
                        marker::dotted_numbers(candidate.words).map(|(_, numbers)| numbers).unwrap_or_default();
                }
                _ => {}
            }
        }
        taken
    }

    /// Whether it says the heading right before it in the other language: one of a chapter, not an article with its text.
    fn translates_heading(&self, candidates: &[Candidate<'_>], index: usize) -> bool {
        let (candidate, before) = (&candidates[index], index.checked_sub(1).map(|before| &candidates[before]));
        let chapter = (Rank::Part..=Rank::Lecture).contains(&candidate.marker.rank) && is_title(candidate.words);
        let follows = before.is_some_and(|before| before.next_at_once && before.marker.rank == candidate.marker.rank);
        chapter && follows && !candidate.heading && self.translates(candidate)
    }

    /// Whether it says the heading before it in the other language of the text.
    fn translates(&self, candidate: &Candidate<'_>) -> bool {
        let Marker { rank, number, english, .. } = candidate.marker;
        self.last.get(&rank) == Some(&(number, !english))
    }

    fn reads_as_heading(&self, candidates: &[Candidate<'_>], index: usize) -> bool {
        let candidate = &candidates[index];
        let title = is_title(candidate.words);
        match candidate.marker.rank {
            Rank::Styled(_) | Rank::Point => false,
            Rank::Article => self.goes_on(candidates, index),
            Rank::Division if is_run_in(candidate) => self.run_ins >= RUN_IN,
            Rank::Part | Rank::SubPart | Rank::Chapter | Rank::Division | Rank::Lecture => title && !refers(candidate),
            _ if self.in_article => false,
            Rank::First | Rank::Second | Rank::Third => {
                self.plain == Plain::All || (self.plain == Plain::Titles && title)
            }
            // 4. PETS. No pets … among 3.1 and 3.2: a heading whose text follows.
            Rank::Dotted(1) if self.plain == Plain::All => self.follows(candidate.words),
            Rank::Dotted(_) => title && self.follows(candidate.words),
            Rank::Step => title && self.steps > 1,
            Rank::Boxed => !candidate.next_at_once,
            Rank::Question => self.questions > 1,
        }
    }

    /// Articles go up, or begin anew under another heading.
    fn goes_on(&self, candidates: &[Candidate<'_>], index: usize) -> bool {
        let Candidate { marker, .. } = candidates[index];
        if refers(&candidates[index]) || (self.articles_apart && !marker.apart) {
            return false;
        }
        let first = Number::new(1);
        if marker.number <= self.article && !(marker.number == first && (self.anew || marker.apart)) {
            return false;
        }
        let next_is = |number: u32| {
            let mut later =
                candidates[index + 1..].iter().filter(|later| later.marker.rank == Rank::Article && !refers(later));
            later.next().is_some_and(|later| later.marker.number == Number::new(number))
        };
        // A jump that is taken back by the next article is a sentence that names an article.
        let jumps = self.article.main() > 0 && marker.number.main() > self.article.main() + 1;
        !(jumps && next_is(self.article.main() + 1))
    }

    /// Dotted numbers follow each other, go down to their first, or open another group.
    fn follows(&self, words: &str) -> bool {
        let Some((_, numbers)) = marker::dotted_numbers(words) else { return false };
        let Some((last, above)) = numbers.split_last() else { return false };
        let depth = above.len();
        let next = self.dotted.len() > depth && self.dotted[..depth] == *above && *last == self.dotted[depth] + 1;
        let first_below = *last == 1 && self.dotted == *above;
        let another = depth <= 1 && *last == 1 && numbers.first() >= self.dotted.first();
        let top = depth == 0 && self.dotted.first().is_none_or(|before| last > before);
        self.dotted.is_empty() || next || first_below || another || top
    }
}

/// Whether a line goes on about the article or chapter that it names: 第十一条规定的…, 第三条、第四条.
fn refers(candidate: &Candidate<'_>) -> bool {
    let Candidate { marker, words, .. } = candidate;
    let rest = words[marker.length..].trim_start();
    let names_another = rest.starts_with(['、', '，', ',', '和', '至', '到', '与', '與', '及', '或', '之', '的', '所']);
    let glued = [
        "规定", "規定", "第", "中", "款", "项", "項", "以", "是", "前", "后", "後", "对", "對", "有关", "有關", "明确",
        "明確",
    ];
    names_another || (!marker.apart && glued.iter().any(|word| rest.starts_with(word)))
}
