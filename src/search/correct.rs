//! Did you mean: the question in the spelling of the section that was found by its sound.

use super::near::Trace;
use super::pinyin::{reads, syllable};
use super::plan::Plan;
use super::query::Query;
use super::score::Found;
use super::text::Kind;
use super::words::Words;

/// The question as the first section would spell it; `None` where it is spelled that way already, or nothing sounds alike.
pub(crate) fn correction(
    text: &str,
    query: &Query,
    plan: &Plan,
    found: &Found,
    trace: &Trace,
    words: &Words,
) -> Option<String> {
    let first = found.best.first()?.0;
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    let letter = |i: usize| query.folded.letters[i].c;
    for atom in plan.atoms.iter().filter(|a| a.pair && a.to - a.from == 2) {
        let heard = atom.heard.is_some_and(|probe| found.holds(probe, first));
        if !heard || found.frequency(atom.exact) > 0 {
            continue;
        }
        let Some([a, b]) = trace.sounding([letter(atom.from), letter(atom.from + 1)]) else { continue };
        for (at, c) in [(atom.from, a), (atom.from + 1, b)] {
            if c != letter(at) && edits.iter().all(|e| e.0 != at) {
                edits.push((at, at + 1, c.to_string()));
            }
        }
    }
    for unit in query.units.iter().filter(|u| u.kind == Kind::Letter && !u.joined) {
        let typed = query.folded.slice(unit.from, unit.to);
        let written = match words.spell(typed) {
            // English words that spell syllables (made, women) were looked up too: what found nothing is nowhere.
            Some(syllables) if plan.spelling_held(typed, &syllables, found, first) => trace.spelled(&syllables),
            Some(_) => None,
            None if plan.initials_held(typed, found, first) => {
                trace.abbreviated(typed).next().map(|i| trace.text(i, typed.len()))
            }
            None => None,
        };
        if let Some(written) = written {
            edits.push((unit.from, unit.to, written));
        }
    }
    edits.sort_unstable();
    (!edits.is_empty()).then(|| apply(text, query, &edits))
}

/// A name that no section has was not mistyped where the first has only what sounds the same: 北京 does not mean 背景.
/// One that shares a character may be meant: 四峰 is a place, and 四风 what was asked for.
pub(crate) fn believe_names(query: &Query, plan: &mut Plan, found: &Found, trace: &Trace, words: &Words) {
    let letter = |i: usize| query.folded.letters[i].c;
    for atom in plan.atoms.iter_mut().filter(|a| a.pair && a.to - a.from == 2 && found.frequency(a.exact) == 0) {
        let heard = atom.heard.is_some_and(|probe| found.frequency(probe) > 0);
        if heard
            && words.is_name(query.folded.slice(atom.from, atom.to))
            && trace.sounding([letter(atom.from), letter(atom.from + 1)]).is_none()
        {
            atom.heard = None;
        }
    }
}

fn apply(text: &str, query: &Query, edits: &[(usize, usize, String)]) -> String {
    let mut corrected = String::with_capacity(text.len());
    let mut copied = 0;
    for (from, to, written) in edits {
        let (start, end) = (query.folded.letters[*from].start as usize, query.folded.letters[*to - 1].end as usize);
        let between = &text[copied..start];
        // Two words that were typed as pinyin with a space between them are written without one.
        corrected.push_str(if between == " " && !corrected.is_empty() { "" } else { between });
        corrected.push_str(written);
        copied = end;
    }
    corrected.push_str(&text[copied..]);
    corrected
}

impl Trace {
    /// The first pair of characters that sounds like this one and shares a character with it.
    fn sounding(&self, pair: [char; 2]) -> Option<[char; 2]> {
        let sounds = pair.map(syllable);
        let characters = |window: &[u32]| Some([char::from_u32(window[0])?, char::from_u32(window[1])?]);
        let mut windows = self.units().windows(2).filter_map(characters);
        windows.find(|w| (w[0] == pair[0] || w[1] == pair[1]) && *w != pair && w.map(syllable) == sounds)
    }

    /// The first run of characters that these syllables spell.
    fn spelled(&self, syllables: &[&str]) -> Option<String> {
        let spells = |unit: &u32, typed: &str| char::from_u32(*unit).is_some_and(|c| reads(c, typed));
        let mut windows = self.units().windows(syllables.len());
        let at = windows.position(|w| w.iter().zip(syllables).all(|(unit, typed)| spells(unit, typed)))?;
        Some(self.text(at, syllables.len()))
    }

    /// So many characters from a unit on.
    fn text(&self, from: usize, count: usize) -> String {
        self.units()[from..from + count].iter().filter_map(|unit| char::from_u32(*unit)).collect()
    }
}
