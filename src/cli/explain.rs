//! Why a question was answered as it was, for `wengu ask --explain`: as JSON and as a table.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::search::{Explained, Held, Signs};

#[derive(Serialize)]
struct Line<'a> {
    signs: SignsLine,
    unknown: &'a [String],
    pieces: Vec<PieceLine<'a>>,
}

#[derive(Serialize)]
struct SignsLine {
    typed: f32,
    coverage: f32,
    sentence: f32,
    two: f32,
    unknown: f32,
    loosely: f32,
    strange: bool,
    lead: f32,
    far_lead: f32,
    confidence: f64,
}

#[derive(Serialize)]
struct PieceLine<'a> {
    text: &'a str,
    tells: f32,
    sections: usize,
    /// How each of the hits holds it.
    held: Vec<&'static str>,
}

/// Writes the explanation as a part of the answer's JSON.
///
/// # Errors
/// Those of the serializer.
pub(super) fn serialize<S: Serializer>(explained: &Option<Explained>, to: S) -> Result<S::Ok, S::Error> {
    explained.as_ref().map(line).serialize(to)
}

fn line(explained: &Explained) -> Line<'_> {
    let Signs { typed, coverage, sentence, two, unknown, loosely, strange, lead, far_lead } = explained.signs;
    let confidence = explained.signs.confidence();
    let signs = SignsLine { typed, coverage, sentence, two, unknown, loosely, strange, lead, far_lead, confidence };
    let pieces = explained.pieces.iter().map(|piece| PieceLine {
        text: &piece.text,
        tells: piece.tells,
        sections: piece.sections,
        held: piece.held.iter().map(|held| held.name()).collect(),
    });
    Line { signs, unknown: &explained.unknown, pieces: pieces.collect() }
}

/// Prints a line for each piece: what it tells, how many sections hold it, and how each of the hits does.
///
/// # Errors
/// When the output is closed.
pub(super) fn print(out: &mut impl Write, explained: &Explained) -> io::Result<()> {
    let Signs { typed, coverage, sentence, two, unknown, loosely, strange, lead, far_lead } = explained.signs;
    writeln!(
        out,
        "\ntyped {typed:.2}  coverage {coverage:.2}  sentence {sentence:.2}  two {two:.2}  unknown {unknown:.2}  loosely {loosely:.2}  strange {strange}  lead {lead:.2}  \
         far lead {far_lead:.2}  by words {:.3}",
        explained.signs.confidence()
    )?;
    writeln!(out, "{:>6}  {:>8}  {:<12}  piece", "tells", "sections", "hits")?;
    for piece in &explained.pieces {
        let held: String = piece.held.iter().map(|held| mark(*held)).collect();
        writeln!(out, "{:>6.2}  {:>8}  {held:<12}  {}", piece.tells, piece.sections, piece.text)?;
    }
    Ok(())
}

/// A character for each way to hold a piece.
fn mark(held: Held) -> char {
    match held {
        Held::Typed => '+',
        Held::Heard => '~',
        Held::Meant => '=',
        Held::No => '-',
    }
}
