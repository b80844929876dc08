//! Questions that nobody would ask in good faith. A number gives the same question wherever it is made.

/// What the pieces of a question are drawn from.
const PIECES: [&[&str]; 6] = [
    // A document's own words, so that hostile questions meet postings, kinds and places in an order.
    &[
        "监督",
        "措施",
        "问题",
        "为什么",
        "张三",
        "一把手",
        "四风",
        "下一步",
        "案例",
        "quanli",
        "jsjy",
        "measure",
        "why",
        "有哪些",
        "怎么办",
    ],
    &[
        "第",
        "条",
        "第三条",
        "九千九百九十九",
        "一十百千",
        "〇〇〇〇〇",
        "99999999999999999999",
        "-1",
        "0",
        "１２",
        "第0条",
        "最后一个",
    ],
    &["'; DROP TABLE inbox;--", "\" OR 1=1", "SELECT *", "UNION ALL", "%", "_", "\\", "\0", "NULL", "/*", "*/"],
    &[
        "<b>",
        "</b>",
        "<a href=\"tg://user?id=1\">",
        "</blockquote>",
        "&lt;",
        "&#0;",
        "&amp",
        "<script>",
        "<!--",
        "]]>",
        "```",
        "[x](y)",
        "**",
        "{#id}",
    ],
    &[
        "AND", "OR", "NOT", "title:", "body:(", ")", "\"", "*", "?", "~2", "^9", "+", "-", "[a TO z]", "&&", "||",
        "/.*/",
    ],
    &[
        "\u{200b}",
        "\u{200d}",
        "\u{200f}",
        "\u{202e}",
        "\u{2066}",
        "\u{feff}",
        "\u{fe0f}",
        "\u{301}",
        "\u{1f}",
        "\u{a0}",
        "\u{3000}",
        "שלום",
        "مرحبا",
        "👨‍👩‍👧‍👦",
        "🇨🇳",
        "ﷺ",
        "ß",
        "İ",
        "ǆ",
        "\r\n",
        "……",
        "。。。",
        "𠀀",
        "龘",
    ],
];

/// The longest message that a chat carries.
const LONGEST: usize = 4096;

/// One in so many questions is as long as a message can be.
const RARELY: u64 = 4000;

/// The question of this number.
pub(crate) fn question(number: u64) -> String {
    let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let length = if number.is_multiple_of(RARELY) { LONGEST } else { 1 + dice.below(6) };
    let mut question = match dice.below(6) {
        0 => anything(&mut dice, length),
        1 => dice.any_char().to_string().repeat(length),
        _ => pieces(&mut dice, length),
    };
    if let Some((end, _)) = question.char_indices().nth(LONGEST) {
        question.truncate(end);
    }
    question
}

/// Characters of every plane.
fn anything(dice: &mut Dice, length: usize) -> String {
    (0..length).map(|_| dice.any_char()).collect()
}

/// Pieces of all kinds, any character between them.
fn pieces(dice: &mut Dice, length: usize) -> String {
    let mut text = String::new();
    for _ in 0..length {
        let kind = PIECES[dice.below(PIECES.len())];
        text.push_str(kind[dice.below(kind.len())]);
        if dice.below(4) == 0 {
            text.push(dice.any_char());
        }
    }
    text
}

/// Numbers that look drawn (xorshift), the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() >> 11) as usize % most
    }

    /// Half of them of the planes as they are, half of the Chinese characters.
    fn any_char(&mut self) -> char {
        let (first, count) = if self.below(2) == 0 { (0x4e00, 0x5200) } else { (0, 0x11_0000) };
        char::from_u32(first + self.below(count) as u32).unwrap_or('\u{fffd}')
    }
}
