//! Words in Latin script: their stems, how many letters two of them differ in, and the initials of headings.

/// The stem of an English word: `studies` and `studying` meet `study`, `running` meets `run`. Always a beginning of the
/// word, so that nothing is copied; what is no word in lower case stays as it is.
pub(super) fn stem(word: &str) -> &str {
    if word.len() < SHORTEST + 1 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    let singular = match () {
        () if word.ends_with("ies") => &word[..word.len() - 2],
        () if ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) => word,
        () => word.strip_suffix('s').unwrap_or(word),
    };
    let root = without_ending(singular);
    let bare = root.strip_suffix(['e', 'y', 'i']).filter(|bare| bare.len() >= SHORTEST);
    bare.unwrap_or(root)
}

/// Stems are not shorter than this.
const SHORTEST: usize = 3;

/// Without `ing` or `ed`, and without the letter that was doubled before it.
fn without_ending(word: &str) -> &str {
    let stripped = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed").filter(|rest| !rest.ends_with('e')));
    let Some(root) = stripped.filter(|root| root.len() >= SHORTEST && root.contains(is_vowel)) else { return word };
    let last = root.as_bytes()[root.len() - 1];
    let doubled = root.as_bytes()[root.len() - 2] == last && !b"lsz".contains(&last) && root.len() > SHORTEST;
    if doubled { &root[..root.len() - 1] } else { root }
}

fn is_vowel(c: char) -> bool {
    "aeiouy".contains(c)
}

/// How many wrong letters a word of this length may have; none in short words, which are too like each other.
pub(super) fn mistakes(length: usize) -> usize {
    match length {
        0..6 => 0,
        6..9 => 1,
        _ => 2,
    }
}

/// In how many letters two words differ, two neighbours that changed places being one; `None` where more than `most`.
pub(super) fn differ(one: &str, other: &str, most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    Some(strsim::osa_distance(one, other)).filter(|differ| *differ <= most)
}

/// The initials of a heading of several Latin words (`pto` of Paid Time Off); `None` for other headings.
pub(super) fn initials<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut initials = String::new();
    for word in words {
        initials.push(word.chars().next().filter(char::is_ascii_lowercase)?);
    }
    (2..=MOST_INITIALS).contains(&initials.len()).then_some(initials)
}

/// Nobody abbreviates more words than this.
const MOST_INITIALS: usize = 6;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for forms in [
            &["study", "studies", "studied", "studying"][..],
            &["run", "running", "runs"],
            &["share", "shared", "shares", "sharing"],
            &["box", "boxes"],
            &["process", "processes", "processed"],
            &["bill", "bills", "billing"],
            &["day", "days"],
        ] {
            assert!(forms.iter().all(|form| stem(form) == stem(forms[0])), "{forms:?}");
        }
        for word in ["need", "string", "bus", "glass", "this", "401k", "a"] {
            assert_eq!(stem(word), word);
        }
    }

    #[test]
    fn words_differ_in_letters_and_in_letters_that_changed_places() {
        for (one, other, most, differs) in [
            ("sabatical", "sabbatical", 2, Some(1)),
            ("berevement", "bereavement", 2, Some(1)),
            ("recieve", "receive", 1, Some(1)),
            ("goggel", "goggl", 1, Some(1)),
            ("house", "hours", 1, None),
            ("same", "same", 0, Some(0)),
        ] {
            assert_eq!(differ(one, other, most), differs, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_stem_is_a_beginning_and_differing_is_mutual(one in "[a-z]{0,12}", other in "[a-z]{0,12}") {
            prop_assert!(one.starts_with(stem(&one)));
            prop_assert_eq!(differ(&one, &other, 2), differ(&other, &one, 2));
        }
    }
}
