//! Full-width letters, digits and marks, which are compared like those of half the width.

/// The half-width form of a character (！ to ～ are ! to ~), itself where it has none.
pub fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}
