//! Sounds: the toneless syllable of a character, and the syllables that a run of Latin letters may stand for.

use pinyin::{ToPinyin, ToPinyinMulti};

/// The syllable of a character in its commonest reading, without tone.
pub(crate) fn syllable(c: char) -> Option<&'static str> {
    c.to_pinyin().map(|p| p.plain())
}

/// The syllables of a character in all its readings, the commonest first, none twice.
pub(crate) fn readings(c: char) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = syllable(c).into_iter().collect();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        if !all.contains(&reading.plain()) {
            all.push(reading.plain());
        }
    }
    all
}

/// Whether a syllable is one of the readings of a character.
pub(crate) fn reads(c: char, syllable: &str) -> bool {
    c.to_pinyin().is_some_and(|p| p.plain() == syllable)
        || c.to_pinyin_multi().into_iter().flatten().any(|p| p.plain() == syllable)
}

/// The syllables that a run of Latin letters spells, fewest first; `None` when it spells none.
pub(crate) fn spell<'a>(run: &'a str, known: &impl Fn(&str) -> bool) -> Option<Vec<&'a str>> {
    if run.is_empty() || run.len() > LONGEST_RUN || !run.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    // best[i]: how many syllables the first i letters take, and how long the last of them is
    let mut best: Vec<Option<(usize, usize)>> = vec![None; run.len() + 1];
    best[0] = Some((0, 0));
    for end in 1..=run.len() {
        for length in 1..=LONGEST_SYLLABLE.min(end) {
            let Some((count, _)) = best[end - length] else { continue };
            if best[end].is_none_or(|(fewest, _)| count < fewest) && known(&run[end - length..end]) {
                best[end] = Some((count + 1, length));
            }
        }
    }
    let mut syllables = Vec::new();
    let mut end = run.len();
    while end > 0 {
        let (_, length) = best[end]?;
        syllables.push(&run[end - length..end]);
        end -= length;
    }
    syllables.reverse();
    Some(syllables)
}

/// zhuang, chuang, shuang.
pub(crate) const LONGEST_SYLLABLE: usize = 6;

/// Nobody types a longer run of pinyin without a space.
const LONGEST_RUN: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;

    fn known(syllable: &str) -> bool {
        ["quan", "li", "xun", "zu", "xi", "an", "xian", "lian", "jie", "wen", "hua"].contains(&syllable)
    }

    #[test]
    fn a_run_is_spelled_with_the_fewest_syllables() {
        assert_eq!(spell("quanlixunzu", &known), Some(vec!["quan", "li", "xun", "zu"]));
        assert_eq!(spell("xian", &known), Some(vec!["xian"]));
        assert_eq!(spell("jsjy", &known), None);
    }

    #[test]
    fn the_commonest_reading_comes_first() {
        assert_eq!(readings('重').first().copied(), syllable('重'));
        assert!(readings('重').contains(&"zhong") && readings('重').contains(&"chong"));
        assert!(readings('x').is_empty());
    }
}
