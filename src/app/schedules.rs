//! What the config's `[[schedule]]` comes to, given the documents.

use crate::config::{Config, Loaded, Schedule, Spanned};
use crate::content::model::{Document, DocumentId, Library};
use crate::diagnostic::Diagnostic;
use crate::message::UserId;
use crate::respond::DefaultSchedule;
use crate::schedule::limit::RunLimit;
use crate::schedule::rule::Rule;
use crate::schedule::when::When;
use crate::schedule::zone::Zone;

/// What holds without any `[[schedule]]`: series, cron and zone. Where no document has that series, the first series of
/// the first document that has one.
const BUILT_IN: (&str, &str, &str) = ("measure", "0 9 * * 1", "Asia/Shanghai");

/// The default schedule: the first that is written, else the built-in one if a document has its series.
///
/// # Errors
/// When something that is written cannot be: every mistake, with its place.
pub fn resolve(loaded: &Loaded, library: &Library) -> Result<Option<DefaultSchedule>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut resolved = Vec::new();
    for written in &loaded.config.schedule {
        match one(loaded, written, library) {
            Ok(schedule) => resolved.push(schedule),
            Err(findings) => wrong.extend(findings),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(resolved.into_iter().next().or_else(|| built_in(library)))
}

/// How many times a day schedules may run, as the config says. A line that does not read is [`resolve`]'s to report.
pub fn limit(config: &Config) -> RunLimit {
    let lines = config.schedule.iter().map(|schedule| schedule.cron.get_ref().as_str()).chain([BUILT_IN.1]);
    RunLimit {
        most: config.telegram.limits.runs.0,
        admins: config.telegram.admins.iter().map(UserId).collect(),
        free: lines.filter_map(|line| Rule::parse(line).ok()).collect(),
    }
}

fn built_in(library: &Library) -> Option<DefaultSchedule> {
    let (usual, cron, zone) = BUILT_IN;
    let first = |document: &Document| {
        let series = document.series.iter().find(|series| has(document, &series.name))?;
        Some((document.id.clone(), series.name.clone()))
    };
    let named = having(library, usual).map(|document| (document.id.clone(), usual.to_owned()));
    let (document, series) = named.or_else(|| library.iter().find_map(|document| first(document)))?;
    Some(DefaultSchedule { document, series, when: When::stored(cron, zone)?, late: crate::config::Late::default().0 })
}

fn having<'a>(library: &'a Library, series: &str) -> Option<&'a Document> {
    library.iter().map(AsRef::as_ref).find(|document| has(document, series))
}

fn has(document: &Document, series: &str) -> bool {
    document.series(series).is_some() && document.with_class(series).next().is_some()
}

fn one(loaded: &Loaded, written: &Schedule, library: &Library) -> Result<DefaultSchedule, Vec<Diagnostic>> {
    let at = |value: &Spanned<String>, within: usize, message: String, help: String| {
        // The value's span begins with its quotation mark.
        let offset = value.span().start + 1 + within;
        vec![loaded.places.error_at(offset, message, help)]
    };
    let rule = Rule::parse(written.cron.get_ref()).map_err(|error| {
        let help = "five fields: minute hour day month weekday, such as `0 9 * * 1` for Mondays at nine";
        at(&written.cron, error.offset(), error.to_string(), help.into())
    });
    let zone = Zone::parse(written.timezone.get_ref())
        .map_err(|error| at(&written.timezone, 0, error.to_string(), "an IANA name, such as `Asia/Shanghai`".into()));
    let document = series_of(written, library).map_err(|(value, message, help)| at(value, 0, message, help));
    match (rule, zone, document) {
        (Ok(rule), Ok(zone), Ok(document)) => Ok(DefaultSchedule {
            document,
            series: written.select.get_ref().clone(),
            when: When { rule, zone },
            late: written.late.0,
        }),
        (rule, zone, document) => {
            Err([rule.err(), zone.err(), document.err()].into_iter().flatten().flatten().collect())
        }
    }
}

type Misnamed<'a> = (&'a Spanned<String>, String, String);

/// The document that has the series that a schedule selects.
fn series_of<'a>(written: &'a Schedule, library: &Library) -> Result<DocumentId, Misnamed<'a>> {
    let series = written.select.get_ref();
    let Some(named) = &written.document else {
        return having(library, series).map(|document| document.id.clone()).ok_or_else(|| {
            let message = format!("no document has a series `{series}` with sections");
            (&written.select, message, series_help(library))
        });
    };
    let document = DocumentId::parse(named.get_ref()).ok().and_then(|id| library.document(&id));
    let Some(document) = document else {
        let known: Vec<String> = library.iter().map(|d| format!("`{}`", d.id)).collect();
        let help = format!("the documents are: {}", known.join(", "));
        return Err((named, format!("there is no document `{}`", named.get_ref()), help));
    };
    if has(document, series) {
        Ok(document.id.clone())
    } else {
        let message = format!("the document `{}` has no series `{series}` with sections", document.id);
        Err((&written.select, message, series_help(library)))
    }
}

fn series_help(library: &Library) -> String {
    let known: Vec<String> = library
        .iter()
        .flat_map(|document| document.series.iter().map(|series| format!("`{}` of `{}`", series.name, document.id)))
        .collect();
    if known.is_empty() {
        "write `[series.NAME]` with a `label` in a document's metadata, and `.NAME` on the headings of its sections"
            .into()
    } else {
        format!("the series are: {}", known.join(", "))
    }
}
