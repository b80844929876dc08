//! A newer version of a document that was imported before: ids stay, and so does what was changed by hand since.
//!
//! Three texts are compared, section by section: what was imported then (the base), the file as it is now, and what is
//! imported today. Where no base was kept, the file counts as unchanged: its ids, its attributes and its ways to ask stay.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::load::{self, blocks::Heading};
use super::super::source::{Findings, Source};

/// What a newer version changes, by the titles of sections.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Sections that are new.
    pub added: Vec<String>,
    /// Sections whose text is another.
    pub changed: Vec<String>,
    /// Sections that are gone.
    pub removed: Vec<String>,
    /// Sections that were changed by hand and stay so.
    pub kept: Vec<String>,
    /// Those of them whose source changed too: somebody has to look.
    pub conflicts: Vec<String>,
}

impl Changes {
    /// Whether the newer version says the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// A file, in pieces: its metadata and introduction, and its sections.
struct Pieces<'t> {
    metadata: &'t str,
    introduction: &'t str,
    sections: Vec<Piece<'t>>,
}

struct Piece<'t> {
    id: String,
    title: String,
    /// The titles above it, which tell sections with one title apart.
    path: String,
    heading: &'t str,
    body: &'t str,
}

impl Piece<'_> {
    /// What the section says, without its ways to ask and without spaces.
    fn says(&self) -> String {
        let said = self.body.lines().filter(|line| !is_ask(line));
        said.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect()
    }

    /// Its ways to ask, as they stand.
    fn asks(&self) -> String {
        self.body.lines().filter(|line| is_ask(line)).map(|line| format!("{line}\n")).collect()
    }
}

fn is_ask(line: &str) -> bool {
    line.trim_start().strip_prefix('>').is_some_and(|quoted| quoted.trim_start().starts_with(['?', '？']))
}

/// The text of `old` brought up to `new`. `base` is what was imported when `old` was made, where that was kept.
pub fn merge(old: &str, base: Option<&str>, new: &str) -> (String, Changes) {
    let [old, new] = [old, new].map(|text| pieces(text));
    let base = base.map(pieces);
    let mut changes = Changes::default();
    let matched = matches(&old.sections, &new.sections);
    let base_of: HashMap<&str, &Piece<'_>> =
        base.iter().flat_map(|base| &base.sections).map(|piece| (piece.id.as_str(), piece)).collect();
    let kept_places: HashSet<usize> = matched.values().copied().collect();
    let mut taken: HashSet<String> = matched.values().map(|index| old.sections[*index].id.clone()).collect();
    let mut out = String::new();
    let same_metadata = base.as_ref().is_some_and(|base| base.metadata == old.metadata);
    out.push_str(if same_metadata { new.metadata } else { old.metadata });
    out.push_str(new.introduction);
    let own = by_hand(&old.sections, &base_of, &kept_places, base.is_some());
    let mut own_behind: HashMap<&str, Vec<&Piece<'_>>> = HashMap::new();
    for (after, piece) in own.iter().filter_map(|(after, piece)| Some(((*after)?, *piece))) {
        own_behind.entry(after).or_default().push(piece);
    }
    own.iter().filter(|(after, _)| after.is_none()).for_each(|(_, piece)| keep(piece, &mut out, &mut changes));
    for (index, piece) in new.sections.iter().enumerate() {
        let Some(before) = matched.get(&index).map(|index| &old.sections[*index]) else {
            changes.added.push(piece.title.clone());
            let id = free(&piece.id, &mut taken);
            out.push_str(&piece.heading.replacen(&format!("{{#{}", piece.id), &format!("{{#{id}"), 1));
            out.push_str(piece.body);
            continue;
        };
        write_matched(before, piece, base_of.get(before.id.as_str()).copied(), &mut out, &mut changes);
        let behind = own_behind.get(before.id.as_str()).into_iter().flatten();
        behind.for_each(|piece| keep(piece, &mut out, &mut changes));
    }
    let kept: HashSet<&str> = own.iter().map(|(_, piece)| piece.id.as_str()).collect();
    let gone = old.sections.iter().enumerate().filter(|(index, _)| !kept_places.contains(index));
    changes.removed =
        gone.filter(|(_, piece)| !kept.contains(piece.id.as_str())).map(|(_, piece)| piece.title.clone()).collect();
    (out, changes)
}

/// A section that there was: with its id, and with what was changed by hand.
fn write_matched(
    before: &Piece<'_>,
    piece: &Piece<'_>,
    base: Option<&Piece<'_>>,
    out: &mut String,
    changes: &mut Changes,
) {
    let by_hand = base.is_some_and(|base| base.says() != before.says());
    let source_changed = base.map_or_else(|| before.says() != piece.says(), |base| base.says() != piece.says());
    let renamed = before.title != piece.title;
    let heading = match renamed && !by_hand {
        true => piece.heading.replacen(&format!("{{#{}", piece.id), &format!("{{#{}", before.id), 1),
        false => before.heading.to_owned(),
    };
    out.push_str(&heading);
    if by_hand {
        out.push_str(before.body);
        let list = if source_changed { &mut changes.conflicts } else { &mut changes.kept };
        list.push(before.title.clone());
        return;
    }
    if source_changed || renamed {
        changes.changed.push(piece.title.clone());
        out.push_str(piece.body);
        let asks = before.asks();
        if !asks.is_empty() && piece.asks().is_empty() {
            out.push_str(&format!("{}{asks}\n", if piece.body.ends_with("\n\n") { "" } else { "\n" }));
        }
    } else {
        out.push_str(before.body);
    }
}

/// A section that somebody wrote.
fn keep(piece: &Piece<'_>, out: &mut String, changes: &mut Changes) {
    changes.kept.push(piece.title.clone());
    out.push_str(piece.heading);
    out.push_str(piece.body);
}

/// The sections that somebody wrote into the file, each with the id of the one that it stands behind.
fn by_hand<'p, 't>(
    old: &'p [Piece<'t>],
    base: &HashMap<&str, &Piece<'_>>,
    matched: &HashSet<usize>,
    known: bool,
) -> Vec<(Option<&'p str>, &'p Piece<'t>)> {
    let (mut own, mut after) = (Vec::new(), None);
    for (index, piece) in old.iter().enumerate().filter(|_| known) {
        match matched.contains(&index) {
            true => after = Some(piece.id.as_str()),
            false if !base.contains_key(piece.id.as_str()) => own.push((after, piece)),
            false => {}
        }
    }
    own
}

/// An id that no section has.
fn free(id: &str, taken: &mut HashSet<String>) -> String {
    let with = |count: usize| {
        let suffix = format!("-{count}");
        format!("{}{suffix}", id[..id.len().min(32 - suffix.len())].trim_end_matches('-'))
    };
    let mut candidates = std::iter::once(id.to_owned()).chain((2..).map(with));
    let id = candidates.find(|id| !taken.contains(id.as_str())).unwrap_or_else(|| id.to_owned());
    taken.insert(id.clone());
    id
}

/// Which old section each new one is: the same title under the same headings, else the same title, else the same text.
fn matches(old: &[Piece<'_>], new: &[Piece<'_>]) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    let mut used = vec![false; old.len()];
    let keys: [fn(&Piece<'_>) -> String; 3] =
        [|piece| format!("{}/{}", piece.path, piece.title), |piece| piece.title.clone(), |piece| piece.says()];
    for key in keys {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, piece) in old.iter().enumerate().rev().filter(|(index, _)| !used[*index]) {
            places.entry(key(piece)).or_default().push(index);
        }
        for (index, piece) in new.iter().enumerate() {
            let key = key(piece);
            let free = !found.contains_key(&index) && !key.is_empty();
            if let Some(place) = places.get_mut(&key).filter(|_| free).and_then(Vec::pop) {
                used[place] = true;
                found.insert(index, place);
            }
        }
    }
    found
}

fn pieces(text: &str) -> Pieces<'_> {
    let source = Source::new("", text);
    let mut findings = Findings::new(&source);
    let draft = load::draft(&source, &mut findings);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let headings = &draft.outline.headings;
    let starts: Vec<usize> = headings.iter().map(|heading| heading.range.start).collect();
    let first = starts.first().copied().unwrap_or(text.len());
    let metadata = load::metadata::split(&source, &mut findings).1.min(first);
    let mut above: Vec<&Heading> = Vec::new();
    let mut sections = Vec::with_capacity(headings.len());
    for (index, heading) in headings.iter().enumerate() {
        above.retain(|parent| parent.level < heading.level);
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        let heading_end = heading.range.end.min(end);
        sections.push(Piece {
            id: draft.ids[index].to_string(),
            title: heading.title.clone(),
            path: above.iter().map(|parent| parent.title.as_str()).collect::<Vec<_>>().join("/"),
            heading: &text[heading.range.start..heading_end],
            body: &text[heading_end..end],
        });
        above.push(heading);
    }
    Pieces { metadata: &text[..metadata], introduction: &text[metadata..first], sections }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "+++\ntitle = \"甲\"\n+++\n# 一 {#a}\n\n一。\n\n# 二 {#b}\n\n二。\n\n# 三 {#c}\n\n三。\n";

    #[test]
    fn ids_and_hands_changes_stay_and_the_rest_comes_up_to_date() {
        let old = BASE
            .replace("二。", "二，亲手改。")
            .replace("# 三", "# 添 {#own}\n\n亲手写。\n\n# 三")
            .replace("一。\n", "一。\n\n> ? 怎么问\n");
        let new =
            "+++\ntitle = \"甲\"\n+++\n# 一 {#x}\n\n一，改过。\n\n# 二 {#y}\n\n二，也改过。\n\n# 四 {#a}\n\n四。\n";
        let (merged, changes) = merge(&old, Some(BASE), new);
        assert!(merged.contains("# 一 {#a}\n\n一，改过。") && merged.contains("> ? 怎么问"), "{merged}");
        assert!(merged.contains("# 二 {#b}\n\n二，亲手改。"), "{merged}");
        assert!(merged.contains("# 添 {#own}\n\n亲手写。") && merged.contains("# 四 {#a-2}"), "{merged}");
        let titles = |list: &[&str]| list.iter().map(|title| (*title).to_owned()).collect::<Vec<_>>();
        let expected = Changes {
            added: titles(&["四"]),
            changed: titles(&["一"]),
            removed: titles(&["三"]),
            kept: titles(&["添"]),
            conflicts: titles(&["二"]),
        };
        assert_eq!(changes, expected);
        assert!(load::parse("x.md", &merged).is_ok());
    }

    #[test]
    fn the_same_version_again_changes_nothing() {
        let (merged, changes) = merge(BASE, Some(BASE), BASE);
        assert_eq!((merged.as_str(), changes.is_empty()), (BASE, true));
        let (merged, changes) = merge(BASE, None, &BASE.replace("{#b}", "{#other}"));
        assert_eq!((merged.as_str(), changes.is_empty()), (BASE, true));
    }
}
