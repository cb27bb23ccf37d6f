//! Which questions go into one request, and what becomes of the others where one of them is refused.

use std::collections::BTreeMap;

use super::buckets::Buckets;
use super::{Outcome, Question, Span, Store};
use crate::source::{SourceError, Toll};

/// The most that goes into one request.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) struct Batch {
    pub(in crate::source) questions: usize,
    /// Of all their queries, where they travel in the URL, which proxies bound.
    pub(in crate::source) letters: usize,
    /// A request is of one time, whatever is asked in it.
    pub(in crate::source) of_one_span: bool,
}

/// One outcome a question, in order. One that is refused hides no other. Fails as a whole when nothing was answered.
pub(in crate::source) async fn fetch<S: Store>(
    store: &S,
    questions: &[Question],
    toll: &mut Toll,
) -> Result<Vec<Outcome>, SourceError> {
    let mut outcomes: Vec<Outcome> =
        questions.iter().map(|question| Ok(Buckets::new(question.span.width))).collect();
    for places in batches(questions, S::BATCH) {
        let asked: Vec<&Question> = places.iter().map(|place| &questions[*place]).collect();
        for (place, outcome) in places.into_iter().zip(together(store, &asked, toll).await?) {
            outcomes[place] = outcome;
        }
    }
    Ok(outcomes)
}

/// Asks for all at once, and by itself for each that another one kept from an answer.
async fn together<S: Store>(
    store: &S,
    asked: &[&Question],
    toll: &mut Toll,
) -> Result<Vec<Outcome>, SourceError> {
    let found = match store.ask(asked, toll).await {
        Err(error) if !is_of_one(&error) => return Err(error),
        Err(error) if asked.len() == 1 => return Ok(vec![Err(error)]),
        Err(_) => vec![None; asked.len()],
        Ok(found) => found,
    };
    let mut outcomes = Vec::with_capacity(asked.len());
    for (outcome, question) in found.into_iter().zip(asked) {
        match outcome {
            Some(outcome) => outcomes.push(outcome),
            None if asked.len() == 1 => outcomes.push(Err(unanswered(store))),
            None => outcomes.extend(Box::pin(together(store, &[*question], toll)).await?),
        }
    }
    Ok(outcomes)
}

/// The server works, and cannot answer one of the questions.
fn is_of_one(error: &SourceError) -> bool {
    use SourceError::{Query, Stumbled, TooManySeries};
    matches!(error, Query { .. } | TooManySeries { .. } | Stumbled { .. })
}

fn unanswered<S: Store>(store: &S) -> SourceError {
    let what = "a query was left without an answer".to_owned();
    SourceError::BadAnswer { address: store.link().address(), what }
}

/// The places of the questions that go into each request.
fn batches(questions: &[Question], most: Batch) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<Option<Span>, Vec<usize>> = BTreeMap::new();
    for (place, question) in questions.iter().enumerate() {
        groups.entry(most.of_one_span.then_some(question.span)).or_default().push(place);
    }
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for places in groups.into_values() {
        let (mut batch, mut letters) = (Vec::new(), 0);
        for place in places {
            let more = questions[place].query.text.len();
            let full = batch.len() == most.questions || letters + more > most.letters;
            if full && !batch.is_empty() {
                batches.push(std::mem::take(&mut batch));
                letters = 0;
            }
            batch.push(place);
            letters += more;
        }
        batches.push(batch);
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::store::{Points, Written};

    fn question(letters: usize, to: i64) -> Question {
        let query = Written { text: "a".repeat(letters), points: Points::Values };
        Question { query, span: Span { from: 0, to, width: 60 } }
    }

    #[test]
    fn batches_are_of_one_time_and_no_longer_than_a_url_may_be() {
        let asked = [question(5, 60), question(5, 120), question(5, 60), question(1, 60), question(99, 60)];
        let of = |questions, letters, of_one_span| batches(&asked, Batch { questions, letters, of_one_span });
        assert_eq!(of(9, 1000, true), [vec![0, 2, 3, 4], vec![1]]);
        assert_eq!(of(2, 1000, true), [vec![0, 2], vec![3, 4], vec![1]]);
        assert_eq!(
            of(9, 10, true),
            [vec![0, 2], vec![3], vec![4], vec![1]],
            "the long one goes all the same"
        );
        assert_eq!(of(9, 1000, false), [vec![0, 1, 2, 3, 4]]);
        assert_eq!(batches(&[], Batch { questions: 9, letters: 9, of_one_span: true }), [[0; 0]; 0]);
    }
}
