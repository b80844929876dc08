//! A cron line in some zone: refused at a place in it, or a rule that reads back and whose runs rise.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wengu::clock::Timestamp;
use wengu::schedule::rule::Rule;
use wengu::schedule::zone::Zone;

fuzz_target!(|input: (u16, u32, &str)| {
    let (zone, at, line) = input;
    let zones: Vec<Zone> = Zone::all().collect();
    let zone = zones[usize::from(zone) % zones.len()];
    match Rule::parse(line) {
        Err(error) => assert!(error.offset() <= line.len() && line.is_char_boundary(error.offset()), "{error}"),
        Ok(rule) => {
            assert_eq!(Rule::parse(&rule.to_string()).expect("what is written reads back").to_string(), rule.to_string());
            let at = Timestamp(i64::from(at) * 1_000);
            let runs = rule.next_runs(at, zone, 5);
            assert!(runs.iter().all(|run| *run > at) && runs.is_sorted_by(|a, b| a < b), "{line}: {runs:?}");
        }
    }
});
