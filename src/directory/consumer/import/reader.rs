use std::io::Read;

use tokio::sync::mpsc::Sender;

use super::batch::{Batch, Row};
use super::rows::{Format, Record, Rows};
use super::shape::{Incoming, Shapes};
use super::{Event, Told};
use crate::directory::consumer::{Checked, check};
use crate::directory::table::Metered;
use crate::login::PasswordRules;
use crate::model::{Account, Refusal};

/// Rows of one transaction.
const ROWS: usize = 500;
/// Bytes of the file that one transaction takes at most, give or take a row.
const BYTES: u64 = 4 << 20;

/// Reads rows, checks them, and hands them on in batches.
pub(super) struct Reading {
    pub(super) account: Account,
    pub(super) rules: PasswordRules,
    pub(super) firebase: Option<passwords::FirebaseProject>,
    pub(super) told: Told,
}

impl Reading {
    /// Works until the file ends, can't be read on, or nobody takes the batches any more.
    pub(super) fn run(self, source: impl Read, format: Format, batches: &Sender<Result<Batch, String>>) {
        if let Err(error) = self.read(source, format, batches) {
            let _ = batches.blocking_send(Err(error));
        }
    }

    fn read(
        &self,
        source: impl Read,
        format: Format,
        batches: &Sender<Result<Batch, String>>,
    ) -> Result<(), String> {
        let shapes = Shapes {
            firebase: self.firebase.clone(),
        };
        let (source, meter) = Metered::new(source);
        let mut rows = Rows::open(source, format)?;
        let (mut batch, mut begun, mut read) = (Batch::default(), 0, 0);
        loop {
            let record = rows.next(&shapes);
            let ended = !matches!(record, Ok(Some(_)));
            if ended || batch.rows.len() >= ROWS || meter.total() - begun > BYTES {
                begun = meter.total();
                read += batch.summary.read;
                (self.told)(Event::Read {
                    bytes: begun,
                    rows: read,
                });
                if batches.blocking_send(Ok(std::mem::take(&mut batch))).is_err() {
                    return Ok(());
                }
            }
            match record? {
                Some(record) => self.take(record, &mut batch),
                None => return Ok(()),
            }
        }
    }

    fn take(&self, record: Record, batch: &mut Batch) {
        let Record { line, incoming } = record;
        batch.summary.read += 1;
        let checked = incoming.map_err(|refusal| vec![refusal]).and_then(|incoming| {
            let Incoming {
                draft,
                password,
                ignored,
            } = incoming;
            for name in ignored {
                batch.summary.ignore(&name, 1);
            }
            check(&self.rules, &self.account, draft, password)
        });
        match checked {
            Ok(checked) => {
                self.remark(line, &checked, batch);
                batch.rows.push(Row { line, checked });
            }
            Err(refusals) => {
                batch.summary.refused += 1;
                for Refusal { key, reason } in &refusals {
                    (self.told)(Event::Refused { line, key, reason });
                }
            }
        }
    }

    fn remark(&self, line: u64, checked: &Checked, batch: &mut Batch) {
        for warning in &checked.profile.warnings {
            batch.summary.warnings += 1;
            (self.told)(Event::Warned {
                line,
                key: &warning.path,
                message: &warning.message,
            });
        }
    }
}
