//! Chapter 1, Part II, Article 3: the numbering of English texts.

use super::super::super::model::{CARDINALS, Number, Unit, roman_number};
use super::{Marker, Rank};

#[rustfmt::skip]
const WORDS: &[(&str, Rank, Option<Unit>)] = &[
    ("part", Rank::Part, Some(Unit::Part)), ("chapter", Rank::Chapter, Some(Unit::Chapter)),
    ("unit", Rank::Chapter, Some(Unit::Lecture)), ("appendix", Rank::Chapter, None),
    ("section", Rank::Division, Some(Unit::Division)), ("lesson", Rank::Lecture, Some(Unit::Lecture)),
    ("lecture", Rank::Lecture, Some(Unit::Lecture)), ("article", Rank::Article, Some(Unit::Article)),
    ("step", Rank::Step, None),
];

/// How far headings are numbered in words.
const WORDED: usize = 20;

/// The English marker that a line starts with. The word is capitalised, and a number follows it.
pub(super) fn at_start(line: &str) -> Option<Marker> {
    let word: usize = line.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, rest) = line.split_at(word);
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) || !rest.starts_with(' ') {
        return None;
    }
    let (_, rank, unit) = WORDS.iter().find(|(word, ..)| word.eq_ignore_ascii_case(name))?;
    let figure = rest.trim_start_matches(' ');
    let length = figure.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let number = match read(&figure[..length]) {
        Some(number) => number,
        // Appendix A
        None if unit.is_none() && length == 1 => 0,
        None => return None,
    };
    let after = &figure[length..];
    // Article 3 applies …, Part 1 of …: prose goes on in small letters.
    let goes_on = after.trim_start().starts_with(|c: char| c.is_lowercase() || c == ',' || c == '(');
    let ends = after.chars().next().is_none_or(|c| c.is_whitespace() || ".:：—–-".contains(c));
    let figure = after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit());
    let apart = after.is_empty() || after.trim_start().starts_with(['.', ':', '：', '—', '–', '-']);
    // The mark between the number of an article and its text belongs to neither.
    let marks = after.len() - after.trim_start_matches(['.', ':', '：']).len();
    let length = line.len() - after.len() + if *rank == Rank::Article { marks } else { 0 };
    (ends && !goes_on && !figure).then(|| Marker {
        unit: *unit,
        apart,
        english: true,
        ..Marker::new(*rank, Number::new(number), length)
    })
}

/// A number in digits, in Roman figures or in words; below 1,000.
fn read(text: &str) -> Option<u32> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().filter(|number| (1..10_000).contains(number));
    }
    let word =
        CARDINALS[..WORDED].iter().zip(1..).find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, number)| number);
    word.or_else(|| roman_number(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_digits_figures_and_words() {
        for (line, rank, number) in [
            ("Chapter 1", Rank::Chapter, 1),
            ("CHAPTER IV. Members", Rank::Chapter, 4),
            ("Chapter Twelve: Money", Rank::Chapter, 12),
            ("Part II", Rank::Part, 2),
            ("Article 19: Everyone", Rank::Article, 19),
            ("Step 3. Install", Rank::Step, 3),
            ("Appendix B", Rank::Chapter, 0),
        ] {
            let marker = at_start(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((marker.rank, marker.number.main()), (rank, number), "{line}");
        }
        for line in
            ["Article 3 applies to all", "part 1", "Partly 1", "Section 2.5 of", "Chapter and verse", "Part of it"]
        {
            assert_eq!(at_start(line), None, "{line}");
        }
    }
}
