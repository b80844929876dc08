//! Numbers in button data: digits and small letters, base 36, at most thirteen of them.

const RADIX: u32 = 36;

/// Writes a number.
pub(super) fn encode(number: u64) -> String {
    let mut left = number;
    let mut letters = Vec::new();
    loop {
        // The remainder is below the radix, so it is always a digit.
        letters.extend(u32::try_from(left % u64::from(RADIX)).ok().and_then(|digit| char::from_digit(digit, RADIX)));
        left /= u64::from(RADIX);
        if left == 0 {
            return letters.into_iter().rev().collect();
        }
    }
}

/// Reads what [`encode`] wrote. Other spellings of a number are read too: whoever asks writes it again and compares.
pub(super) fn decode(text: &str) -> Option<u64> {
    u64::from_str_radix(text, RADIX).ok()
}
