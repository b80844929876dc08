//! Ids for headings that name none: made from the heading's words, the same for the same file every time.
//!
//! Letters and digits stay, Chinese characters become syllables (思想教育 → `si-xiang-jiao-yu`), whole words up to 32
//! characters; a second heading with the same words gets `-2`.

use std::collections::{HashMap, HashSet};

use pinyin::ToPinyin;

use sha2::{Digest, Sha256};

use super::super::model::{DocumentId, SectionId};

/// What a heading is called that has neither letters nor characters with a reading.
const NAMELESS: &str = "section";

/// The words of a heading as an id: at most 32 characters, at least one.
pub(in super::super) fn slug(heading: &str) -> String {
    let mut out = String::new();
    for word in words(heading) {
        let border = usize::from(!out.is_empty());
        if out.len() + border + word.len() > SectionId::MAX {
            if out.is_empty() {
                out.push_str(&word[..SectionId::MAX]);
            }
            break;
        }
        if border > 0 {
            out.push('-');
        }
        out.push_str(&word);
    }
    if out.is_empty() { NAMELESS.to_owned() } else { out }
}

/// How many digits of a name's hash a document's id has: two names out of a thousand share one once in 30,000 folders.
const HASHED: usize = 6;

/// The id of a document whose metadata gives none: its file's stem where that is an id, else its first syllables and a
/// hash of it, so that names that begin alike have different ids.
pub(in super::super) fn of_name(stem: &str) -> DocumentId {
    DocumentId::parse(stem).unwrap_or_else(|_| {
        let id = syllables(stem, DocumentId::MAX - HASHED - 1);
        let hash: String = Sha256::digest(stem).iter().take(HASHED / 2).map(|byte| format!("{byte:02x}")).collect();
        DocumentId::parse(&format!("{id}-{hash}"))
            .expect("a slug cut to its room and a hash have an id's characters and length")
    })
}

/// The id that version 0.1 made of a name: its first syllables alone.
pub(in super::super) fn of_name_in_0_1(stem: &str) -> DocumentId {
    DocumentId::parse(stem).unwrap_or_else(|_| {
        let id = syllables(stem, DocumentId::MAX);
        DocumentId::parse(&id).expect("a slug is never empty, has an id's characters, and was cut to its length")
    })
}

/// The first words of a name that have room, at least a part of the first.
fn syllables(name: &str, room: usize) -> String {
    let mut id = slug(name);
    while id.len() > room {
        id.truncate(id.rfind('-').unwrap_or(room));
    }
    id
}

/// Runs of ASCII letters and digits, and the syllables of Chinese characters.
fn words(heading: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut run = String::new();
    for c in heading.chars() {
        if c.is_ascii_alphanumeric() {
            run.push(c.to_ascii_lowercase());
            continue;
        }
        if !run.is_empty() {
            words.push(std::mem::take(&mut run));
        }
        if let Some(syllable) = c.to_pinyin() {
            // Readings without tones are ASCII but for ü, which pinyin without tones writes as v.
            words.push(syllable.plain().replace('ü', "v"));
        }
    }
    words.push(run);
    words.retain(|word| !word.is_empty() && word.is_ascii());
    words
}

/// Hands out ids that no other heading of the document has.
pub(in super::super) struct Ids {
    taken: HashSet<SectionId>,
    /// How often each slug was asked for, so that a thousand equal headings do not try a thousand suffixes each.
    asked: HashMap<String, usize>,
}

impl Ids {
    /// Ids beside the ones that headings name themselves.
    pub(in super::super) fn beside(written: impl IntoIterator<Item = SectionId>) -> Self {
        Self { taken: written.into_iter().collect(), asked: HashMap::new() }
    }

    /// An id for a heading that names none.
    pub(in super::super) fn make(&mut self, heading: &str) -> SectionId {
        let slug = slug(heading);
        let count = self.asked.entry(slug.clone()).or_default();
        loop {
            *count += 1;
            let candidate = if *count == 1 { slug.clone() } else { with_suffix(&slug, *count) };
            // A slug is within an id's alphabet and length, and stays so with its suffix.
            let Ok(id) = SectionId::parse(&candidate) else { continue };
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

fn with_suffix(slug: &str, count: usize) -> String {
    let suffix = format!("-{count}");
    let room = SectionId::MAX - suffix.len();
    format!("{}{suffix}", slug[..slug.len().min(room)].trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_become_ids_of_their_words() {
        assert_eq!(slug("思想教育抓而不实"), "si-xiang-jiao-yu-zhua-er-bu-shi");
        assert_eq!(slug("第37条 Appeals & Reviews"), "di-37-tiao-appeals-reviews");
        assert_eq!(slug("女干部"), "nv-gan-bu");
        assert_eq!(slug("🎉 …"), "section");
        assert_eq!(slug(&"x".repeat(50)).len(), 32);
    }

    #[test]
    fn names_that_begin_alike_have_different_ids() {
        assert_eq!(of_name("reflection_2").as_str(), "reflection_2");
        let [first, second] = ["中华人民共和国劳动法", "中华人民共和国民法典"].map(|name| of_name(name).to_string());
        assert!(first.starts_with("zhong-hua-") && second.starts_with("zhong-hua-") && first != second);
        assert!(of_name(&"x".repeat(60)).as_str().len() <= DocumentId::MAX);
    }

    #[test]
    fn the_same_words_get_different_ids() {
        let mut ids = Ids::beside([SectionId::parse("zong-ze").unwrap()]);
        let made: Vec<_> = ["总则", "总则", &"长".repeat(40), &"长".repeat(40)].map(|h| ids.make(h).to_string()).into();
        assert_eq!(made[..2], ["zong-ze-2", "zong-ze-3"]);
        assert_ne!(made[2], made[3]);
        assert!(made[3].len() <= 32);
    }
}
