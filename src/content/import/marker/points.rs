//! Points inside a paragraph of official prose: 一是…。二是…。

use super::point;

/// Where the points 一是…。二是…。 begin in a paragraph, with their numbers: only at the start of a sentence, and only
/// in sequence after the number `last`, or from one.
pub(in super::super) fn points(paragraph: &str, mut last: u32) -> Vec<(usize, u32)> {
    let mut found = Vec::new();
    for start in sentences(paragraph) {
        let Some(marker) = point(&paragraph[start..]) else { continue };
        let number = marker.number.main();
        if number == last + 1 || number == 1 {
            found.push((start, number));
            last = number;
        }
    }
    found
}

/// Where sentences begin.
pub(in super::super) fn sentences(paragraph: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut ended = false;
    for (at, c) in paragraph.char_indices() {
        let stop = matches!(c, '。' | '！' | '？' | '!' | '?');
        let closing = matches!(c, '”' | '’' | '」' | '』' | '）' | ')' | '》') || c.is_whitespace();
        if ended && !stop && !closing {
            starts.push(at);
            ended = false;
        }
        ended |= stop;
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_begin_sentences_and_follow_each_other() {
        let text = "反思如下。一是甲。二是乙，三是旁枝。三是丙。五是跳号。一是新的。";
        let numbers: Vec<u32> = points(text, 0).into_iter().map(|(_, number)| number).collect();
        assert_eq!(numbers, [1, 2, 3, 1]);
        assert_eq!(points("四是丁。", 3), [(0, 4)]);
        assert_eq!(points("四是丁。", 0), []);
    }
}
