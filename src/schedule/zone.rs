//! A time zone: what people call it, and how local time there maps to instants.

use std::fmt;

use chrono::offset::LocalResult;
use chrono::{DateTime, NaiveDateTime, TimeZone};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz};
use serde::{Deserialize, Serialize};

use super::abbreviations::ABBREVIATIONS;
use super::cities::CITIES;
use super::offset;
use crate::clock::Timestamp;

/// A time zone of the IANA list. As text: its id, such as `Asia/Shanghai`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(Tz);

/// A text that names no zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` {}; {}", if *.is_ambiguous { "may mean several time zones" } else { "is no time zone" }, way_out(.near))]
pub struct ZoneError {
    /// What was written.
    pub text: String,
    /// Zones with a similar name, best first, at most three; or all that the text may mean.
    pub near: Vec<Zone>,
    /// The text is known, and means one of several zones.
    pub is_ambiguous: bool,
}

fn way_out(near: &[Zone]) -> String {
    let ids: Vec<String> = near.iter().map(|zone| format!("`{zone}`")).collect();
    if ids.is_empty() {
        "write an IANA name such as `Asia/Shanghai`, or a large city".to_owned()
    } else {
        format!("did you mean {}?", ids.join(" or "))
    }
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Tz::UTC);
    /// The zone of the default schedule.
    pub const SHANGHAI: Self = Self(Tz::Asia__Shanghai);

    /// Every zone there is.
    pub fn all() -> impl Iterator<Item = Self> {
        TZ_VARIANTS.iter().copied().map(Self)
    }

    /// Reads an IANA id in any case, the name of a city in Chinese or English, or an offset such as `UTC+8`, `-05:00` or `+0530`.
    ///
    /// # Errors
    /// When nothing has that name; the error holds the nearest that do.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let text = text.trim();
        if let Some(zone) = Self::by_id(text).or_else(|| by_city(&city_key(text))) {
            return Ok(zone);
        }
        match offset::zones(text) {
            Some(zones) => one_of(text, zones),
            None => Err(ZoneError { text: text.to_owned(), near: near(text), is_ambiguous: false }),
        }
    }

    /// The same for what a person types, who may use an abbreviation: `EST` is the clock of New York, in summer too.
    ///
    /// # Errors
    /// As [`Zone::parse`], and where an abbreviation is used for several zones.
    pub fn typed(text: &str) -> Result<Self, ZoneError> {
        let text = text.trim();
        match ABBREVIATIONS.iter().find(|(short, _)| short.eq_ignore_ascii_case(text)) {
            Some((_, ids)) => one_of(text, ids.iter().filter_map(|id| Self::by_id(id)).collect()),
            None => Self::parse(text),
        }
    }

    /// The zone with an IANA id, in any case.
    pub(super) fn by_id(text: &str) -> Option<Self> {
        let id = text.replace(' ', "_");
        TZ_VARIANTS.iter().find(|tz| tz.name().eq_ignore_ascii_case(&id)).copied().map(Self)
    }

    /// The IANA id.
    pub fn id(self) -> &'static str {
        self.0.name()
    }

    /// The id as people read it: that of a fixed offset is turned round, `UTC+8` for `Etc/GMT-8`.
    pub fn label(self) -> String {
        match self.id().strip_prefix("Etc/GMT").and_then(|offset| offset.split_at_checked(1)) {
            Some(("-", hours)) if hours != "0" => format!("UTC+{hours}"),
            Some(("+", hours)) if hours != "0" => format!("UTC-{hours}"),
            _ => self.id().to_owned(),
        }
    }

    /// The place in Chinese (上海), where it has a usual name.
    pub fn chinese(self) -> Option<&'static str> {
        let (_, names) = CITIES.iter().find(|(id, _)| *id == self.id())?;
        names.first().copied().filter(|name| !name.is_ascii())
    }

    /// What a clock there shows at an instant; `None` beyond the calendar.
    pub fn local(self, at: Timestamp) -> Option<NaiveDateTime> {
        let utc = DateTime::from_timestamp_millis(at.0)?;
        Some(self.0.from_utc_datetime(&utc.naive_utc()).naive_local())
    }

    /// How far a clock there is from UTC at an instant, in minutes; east is plus.
    pub fn offset(self, at: Timestamp) -> i32 {
        let local = self.local(at).map_or(at.0, |local| local.and_utc().timestamp_millis());
        i32::try_from((local - at.0) / 60_000).unwrap_or(0)
    }

    /// The first instant at which a clock there shows `local`; inside a gap the first instant after it.
    pub fn instant(self, local: NaiveDateTime) -> Option<Timestamp> {
        let at = match self.0.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at,
            LocalResult::None => GapInfo::new(&local, &self.0)?.end?,
        };
        Some(Timestamp(at.timestamp_millis()))
    }
}

/// The only zone that a text means.
fn one_of(text: &str, zones: Vec<Zone>) -> Result<Zone, ZoneError> {
    match zones[..] {
        [zone] => Ok(zone),
        _ => Err(ZoneError { text: text.to_owned(), near: zones, is_ambiguous: true }),
    }
}

fn by_city(key: &str) -> Option<Zone> {
    if key.is_empty() {
        return None;
    }
    let known = CITIES.iter().find(|(_, names)| names.iter().any(|name| city_key(name) == key));
    match known {
        Some((id, _)) => Zone::by_id(id),
        None => iana_cities().find(|(city, _)| city_key(city) == key).map(|(_, zone)| zone),
    }
}

/// The last part of each id that names a place: `Los_Angeles`. Where two zones share one (`America/Louisville`,
/// `America/Kentucky/Louisville`), one is only another name of the other.
fn iana_cities() -> impl Iterator<Item = (&'static str, Zone)> {
    const PLACES: [&str; 10] =
        ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    Zone::all().filter_map(|zone| {
        let (region, _) = zone.id().split_once('/')?;
        let (_, city) = zone.id().rsplit_once('/')?;
        PLACES.contains(&region).then_some((city, zone))
    })
}

/// A city's name as it is compared: lower case, without spaces, marks and words that say no more than "time".
fn city_key(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let folded: String = if name.is_ascii() {
        letters.map(|c| c.to_ascii_lowercase()).collect()
    } else {
        letters.flat_map(char::to_lowercase).collect()
    };
    let shorter = ["时间", "時間", "时区", "time"].iter().find_map(|end| folded.strip_suffix(end));
    let key = shorter.filter(|rest| !rest.is_empty()).unwrap_or(&folded);
    match key.strip_suffix('市') {
        Some(city) if city.chars().count() > 1 => city.to_owned(),
        _ => key.to_owned(),
    }
}

/// The zones whose names come nearest to `text`.
fn near(text: &str) -> Vec<Zone> {
    let key = city_key(text.rsplit('/').next().unwrap_or(text));
    let listed = CITIES.iter().filter_map(|(id, names)| Some((*names, Zone::by_id(id)?)));
    let listed = listed.flat_map(|(names, zone)| names.iter().map(move |name| (*name, zone)));
    let mut ranked: Vec<(usize, &str, Zone)> = listed
        .chain(iana_cities())
        .filter_map(|(name, zone)| Some((distance(&key, &city_key(name))?, zone.id(), zone)))
        .collect();
    ranked.sort_unstable_by_key(|(distance, id, _)| (*distance, *id));
    let mut zones = Vec::new();
    for (_, _, zone) in ranked {
        if !zones.contains(&zone) && zones.len() < 3 {
            zones.push(zone);
        }
    }
    zones
}

/// How far a city's name is from what was typed; `None` when they have nothing to do with each other.
fn distance(typed: &str, city: &str) -> Option<usize> {
    let (typed, city): (Vec<char>, Vec<char>) = (typed.chars().collect(), city.chars().collect());
    // A text too long to be a city's name is not worth comparing with each.
    if typed.is_empty() || typed.len() > 40 {
        return None;
    }
    if city.starts_with(&typed) || (city.len() > 1 && typed.starts_with(&city)) {
        return Some(1);
    }
    let allowed = if typed[0].is_ascii() { typed.len() / 3 } else { typed.len() / 2 };
    if typed.len().abs_diff(city.len()) > allowed {
        return None;
    }
    Some(edits(&typed, &city)).filter(|edits| *edits <= allowed)
}

/// The least number of characters to add, drop or replace that makes one of the other.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(text: String) -> Result<Self, ZoneError> {
        Self::parse(&text)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.id().to_owned()
    }
}
