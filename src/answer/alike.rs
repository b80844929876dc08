//! Whether two texts say nearly the same, as articles do that differ in a word.

/// They share this much of their pairs of neighbouring characters.
const ALIKE: f64 = 0.6;

/// Whether two texts share most of their words.
pub(super) fn are(one: &str, other: &str) -> bool {
    similarity(one, other) >= ALIKE
}

/// How many of their pairs of neighbouring characters two texts share, 0 to 1.
fn similarity(one: &str, other: &str) -> f64 {
    let pairs = |text: &str| {
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        chars.windows(2).map(|w| (w[0], w[1])).collect::<std::collections::HashSet<_>>()
    };
    let (one, other) = (pairs(one), pairs(other));
    let shared = one.intersection(&other).count() as f64;
    let all = one.union(&other).count() as f64;
    if all > 0.0 { shared / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_that_differ_in_a_word_are_alike_and_others_are_not() {
        let one = "机关工作人员应当在每年三月底以前报告个人有关事项。";
        assert!(similarity(one, "机关工作人员应当在每年六月底以前报告个人有关事项。") > ALIKE);
        assert!(similarity(one, "定期组织警示教育大会，通报典型案例。") < 0.1);
        assert!(similarity("", "") < 0.1);
    }
}
