//! What people abbreviate zones to. None is a zone's name: `EST` in the IANA list knows no summer time, while whoever
//! types it means the clock of New York. Where several countries use one, it is asked which city is meant.

/// Abbreviations in upper case, with the zones that they are used for, the most usual first.
pub(super) const ABBREVIATIONS: &[(&str, &[&str])] = &[
    // North America. Who says EST in summer means the clock of the place all the same.
    ("ET", &["America/New_York"]),
    ("EST", &["America/New_York"]),
    ("EDT", &["America/New_York"]),
    ("CT", &["America/Chicago"]),
    ("CST", &["America/Chicago", "Asia/Shanghai", "America/Havana"]),
    ("CDT", &["America/Chicago"]),
    ("MT", &["America/Denver"]),
    ("MST", &["America/Denver", "America/Phoenix"]),
    ("MDT", &["America/Denver"]),
    ("PT", &["America/Los_Angeles"]),
    ("PST", &["America/Los_Angeles"]),
    ("PDT", &["America/Los_Angeles"]),
    ("AKST", &["America/Anchorage"]),
    ("AKDT", &["America/Anchorage"]),
    ("HST", &["Pacific/Honolulu"]),
    ("AST", &["America/Halifax", "Asia/Riyadh", "America/Puerto_Rico"]),
    ("ADT", &["America/Halifax"]),
    ("NST", &["America/St_Johns"]),
    ("NDT", &["America/St_Johns"]),
    // South America.
    ("BRT", &["America/Sao_Paulo"]),
    ("ART", &["America/Argentina/Buenos_Aires"]),
    ("CLT", &["America/Santiago"]),
    ("CLST", &["America/Santiago"]),
    ("COT", &["America/Bogota"]),
    ("PET", &["America/Lima"]),
    ("VET", &["America/Caracas"]),
    // Europe.
    ("WET", &["Europe/Lisbon"]),
    ("WEST", &["Europe/Lisbon"]),
    ("BST", &["Europe/London", "Asia/Dhaka"]),
    ("CET", &["Europe/Berlin"]),
    ("CEST", &["Europe/Berlin"]),
    ("MET", &["Europe/Berlin"]),
    ("MEZ", &["Europe/Berlin"]),
    ("MESZ", &["Europe/Berlin"]),
    ("EET", &["Europe/Helsinki", "Africa/Cairo"]),
    ("EEST", &["Europe/Helsinki", "Africa/Cairo"]),
    ("MSK", &["Europe/Moscow"]),
    ("TRT", &["Europe/Istanbul"]),
    // Africa.
    ("WAT", &["Africa/Lagos"]),
    ("CAT", &["Africa/Maputo"]),
    ("EAT", &["Africa/Nairobi"]),
    ("SAST", &["Africa/Johannesburg"]),
    // Asia.
    ("IST", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("IDT", &["Asia/Jerusalem"]),
    ("GST", &["Asia/Dubai"]),
    ("PKT", &["Asia/Karachi"]),
    ("NPT", &["Asia/Kathmandu"]),
    ("ICT", &["Asia/Bangkok"]),
    ("WIB", &["Asia/Jakarta"]),
    ("WITA", &["Asia/Makassar"]),
    ("WIT", &["Asia/Jayapura"]),
    ("MYT", &["Asia/Kuala_Lumpur"]),
    ("SGT", &["Asia/Singapore"]),
    ("PHT", &["Asia/Manila"]),
    ("HKT", &["Asia/Hong_Kong"]),
    ("JST", &["Asia/Tokyo"]),
    ("KST", &["Asia/Seoul"]),
    // Australia and beyond.
    ("AWST", &["Australia/Perth"]),
    ("ACST", &["Australia/Adelaide", "Australia/Darwin"]),
    ("ACDT", &["Australia/Adelaide"]),
    ("AEST", &["Australia/Sydney", "Australia/Brisbane"]),
    ("AEDT", &["Australia/Sydney"]),
    ("NZST", &["Pacific/Auckland"]),
    ("NZDT", &["Pacific/Auckland"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::zone::Zone;

    #[test]
    fn each_abbreviation_stands_for_zones_that_there_are_and_stands_here_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (short, zones) in ABBREVIATIONS {
            assert!(seen.insert(short), "{short} twice");
            assert!(!zones.is_empty() && zones.iter().all(|id| Zone::by_id(id).is_some()), "{short}: {zones:?}");
        }
    }
}
