//! Which characters a text holds, roughly: enough to know at a glance that most words of a list are not in it.

/// A bit for each character of a text, by its lowest bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters([u64; 4]);

impl Letters {
    /// Of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut bits = [0; 4];
        for (word, bit) in text.chars().map(place) {
            bits[word] |= bit;
        }
        Self(bits)
    }

    /// Whether the text may hold a word: it holds its first character, or one with the same lowest bits.
    pub(super) fn may_hold(self, word: &str) -> bool {
        word.chars().next().map(place).is_none_or(|(word, bit)| self.0[word] & bit != 0)
    }
}

fn place(c: char) -> (usize, u64) {
    let number = u32::from(c);
    (number as usize >> 6 & 3, 1 << (number & 63))
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
