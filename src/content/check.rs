//! The rules that hold between the parts of a document, and the words for breaking them.

use std::collections::HashMap;

use super::load::Draft;
use super::model::SectionId;
use super::source::Findings;
use crate::diagnostic::did_you_mean;

/// Looks at a whole file: what makes it unusable is an error, what its author probably did not mean a warning.
pub(super) fn rules(draft: &Draft, findings: &mut Findings<'_>) {
    ids_are_unique(draft, findings);
    related_sections_exist(draft, findings);
}

fn ids_are_unique(draft: &Draft, findings: &mut Findings<'_>) {
    let mut seen: HashMap<&SectionId, &str> = HashMap::new();
    for heading in &draft.outline.headings {
        let Some((id, at)) = &heading.attributes.id else { continue };
        if let Some(first) = seen.insert(id, &heading.title) {
            let help = format!("give one of them another id; the first is `{first}`");
            findings.error(*at, format!("a second section with the id `{id}`"), help);
        }
    }
}

fn related_sections_exist(draft: &Draft, findings: &mut Findings<'_>) {
    let known: HashMap<&str, usize> = draft.ids.iter().enumerate().map(|(index, id)| (id.as_str(), index)).collect();
    for (index, heading) in draft.outline.headings.iter().enumerate() {
        for (id, at) in &heading.attributes.related {
            match known.get(id.as_str()) {
                Some(&itself) if itself == index => {
                    findings.warning(
                        *at,
                        format!("`{id}` is related to itself"),
                        "leave it out, or name another section",
                    );
                }
                Some(_) => {}
                None => {
                    let help = match did_you_mean(id, known.keys().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "name a section by the id after `#` in its heading".to_owned(),
                    };
                    findings.error(*at, format!("no section has the id `{id}`"), help);
                }
            }
        }
    }
}
