//! Which characters a text holds, roughly: enough to know at a glance that most words of a list are not in it.

/// A bit for each character of a text and one for each two that stand beside each other, by their lowest bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters {
    ones: [u64; 4],
    pairs: [u64; 8],
}

impl Letters {
    /// Of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut letters = Self { ones: [0; 4], pairs: [0; 8] };
        let mut before = None;
        for c in text.chars() {
            set(&mut letters.ones, u32::from(c));
            if let Some(before) = before {
                set(&mut letters.pairs, pair(before, c));
            }
            before = Some(c);
        }
        letters
    }

    /// Whether the text may hold a word: it holds what the word begins with, or something with the same lowest bits.
    pub(super) fn may_hold(&self, word: &str) -> bool {
        let mut letters = word.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) => has(&self.pairs, pair(first, second)),
            (Some(only), None) => has(&self.ones, u32::from(only)),
            (None, _) => true,
        }
    }
}

/// Two neighbours as one number.
fn pair(first: char, second: char) -> u32 {
    u32::from(first).wrapping_mul(37) ^ u32::from(second)
}

/// Where a number has its bit among `words` words, a power of two.
fn place(number: u32, words: usize) -> (usize, u64) {
    (number as usize >> 6 & (words - 1), 1 << (number & 63))
}

fn set(bits: &mut [u64], number: u32) {
    let (word, bit) = place(number, bits.len());
    bits[word] |= bit;
}

fn has(bits: &[u64], number: u32) -> bool {
    let (word, bit) = place(number, bits.len());
    bits[word] & bit != 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn most_words_that_are_not_there_are_known_not_to_be() {
        let letters = Letters::of("监督机制有什么漏洞");
        let hidden = ["措施", "怎么办", "请问", "the"].into_iter().filter(|word| letters.may_hold(word)).count();
        assert_eq!(hidden, 0);
    }

    proptest! {
        #[test]
        fn a_word_that_is_there_may_be_there(text in "\\PC{1,20}", from in 0_usize..20) {
            let word: String = text.chars().skip(from).collect();
            prop_assert!(Letters::of(&text).may_hold(&word));
        }
    }
}
