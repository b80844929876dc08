//! A person's number in button data: digits and small letters, base 36, at most thirteen of them.

use crate::message::UserId;

const RADIX: u32 = 36;

/// The number; that of a stand-in below zero, which nobody has, is written as nothing that reads back.
pub(super) fn encode(user: UserId) -> String {
    let Ok(mut left) = u64::try_from(user.0) else { return String::new() };
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

/// Reads what [`encode`] wrote; signs and capital letters are not ours, which the caller finds by writing it again.
pub(super) fn decode(text: &str) -> Option<UserId> {
    i64::from_str_radix(text, RADIX).ok().map(UserId)
}
