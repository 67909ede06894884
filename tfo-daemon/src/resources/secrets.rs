//! Secrets: sealed on their way in, encrypted where they are kept, and never shown.
//!
//! A document's secret becomes `{"$secret": FINGERPRINT}` before anything is planned. The fingerprint is a keyed hash (HMAC
//! SHA-256), so that the planner can tell equal secrets from others without having them. The text itself is encrypted
//! (AES-256-GCM, bound to the resource and the field) and stands in the table `secret`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::{Value, json};
use tfo_sdk::resource::problem::below;
use tfo_sdk::resource::values::{SEALED, sealed};
use tfo_sdk::resource::{KindInfo, SpecProblem, kinds};

use super::pointer::set;
use crate::config::KeyPlace;

/// Bytes of a key.
const KEY_LEN: usize = 32;

/// What seals secrets. Its keys are read, or made, when the first secret comes.
pub(crate) struct Sealer {
    place: KeyPlace,
    keys: OnceLock<Keys>,
}

/// The keys of an installation: the first encrypts, all decrypt, and one of their own makes the fingerprints.
struct Keys {
    keys: Vec<(String, LessSafeKey)>,
    fingerprints: hmac::Key,
    random: SystemRandom,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer([redacted])")
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// The file or the keyring cannot be read or written.
    #[error("the keys of secrets in {place}: {cause}")]
    Place {
        /// Where they are.
        place: String,
        /// What the system said.
        cause: String,
    },
    /// A line is no key.
    #[error(
        "the keys of secrets in {place}, line {line}: expected a name and 32 bytes in base64, with a space between them"
    )]
    Line {
        /// Where they are.
        place: String,
        /// The line, from 1.
        line: usize,
    },
    /// Others can read the file.
    #[error("the key file {file} can be read by others: chmod 600 {file}")]
    Open {
        /// The file.
        file: String,
    },
    /// There is none in it.
    #[error("there is no key in {place}; remove it to have one made, or put the one back that was there")]
    Empty {
        /// Where they should be.
        place: String,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

/// A secret that was found in a document.
pub(crate) struct Found {
    pub(crate) fingerprint: String,
    pub(crate) text: String,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Found({})", self.fingerprint)
    }
}

/// A secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) key_id: String,
    pub(crate) nonce: Vec<u8>,
    pub(crate) ciphertext: Vec<u8>,
}

impl Sealer {
    /// A sealer whose keys are kept here.
    pub(crate) fn new(place: KeyPlace) -> Self {
        Self { place, keys: OnceLock::new() }
    }

    /// A sealer that reads the same keys again.
    pub(crate) fn reopened(&self) -> Self {
        Self::new(self.place.clone())
    }

    /// Puts a new key in front of those that are kept; gives its name. Who has read them goes on with the old ones.
    ///
    /// # Errors
    /// What is wrong with their place: it is as it was then.
    pub(crate) fn add_key(&self) -> Result<String, KeyError> {
        self.keys()?.add_to(&self.place)
    }

    /// The text of a secret of this resource's field; `None` when no key fits.
    ///
    /// # Errors
    /// What is wrong with the keys.
    pub(crate) fn decrypt(&self, uid: &str, pointer: &str, kept: &Kept) -> Result<Option<String>, KeyError> {
        Ok(self.keys()?.decrypt(uid, pointer, kept))
    }

    fn keys(&self) -> Result<&Keys, KeyError> {
        if let Some(keys) = self.keys.get() {
            return Ok(keys);
        }
        let keys = Keys::open(&self.place)?;
        Ok(self.keys.get_or_init(|| keys))
    }

    /// The keyed hash of a secret.
    ///
    /// # Errors
    /// What is wrong with the keys.
    pub(crate) fn fingerprint(&self, text: &str) -> Result<String, KeyError> {
        let tag = hmac::sign(&self.keys()?.fingerprints, text.as_bytes());
        Ok(STANDARD.encode(&tag.as_ref()[..18]))
    }

    /// Encrypts a secret of this resource's field.
    ///
    /// # Errors
    /// What is wrong with the keys; the system gives no random numbers.
    pub(crate) fn encrypt(&self, uid: &str, pointer: &str, text: &str) -> Result<Kept, KeyError> {
        self.keys()?.encrypt(uid, pointer, text)
    }

    /// Replaces each secret of a document by its fingerprint, and adds the secrets by their fingerprints. Gives what is
    /// wrong with them: from here on nobody can tell, and what was meant as a secret shows nowhere.
    ///
    /// # Errors
    /// What is wrong with the keys.
    pub(crate) fn seal(
        &self,
        kind: &KindInfo,
        document: &mut Value,
        found: &mut BTreeMap<String, Found>,
    ) -> Result<Vec<SpecProblem>, KeyError> {
        let mut problems = Vec::new();
        for pointer in secret_pointers(kind) {
            let Some(value) = document.pointer_mut(pointer) else { continue };
            // `null` is refused elsewhere, and removes the secret in a patch.
            if value.is_null() || sealed(value).is_some() {
                continue;
            }
            let fingerprint = match value.as_str() {
                Some(text) => {
                    problems.extend(wrong_with(kind, pointer, text));
                    let fingerprint = self.fingerprint(text)?;
                    let text = text.to_owned();
                    found.insert(fingerprint.clone(), Found { fingerprint: fingerprint.clone(), text });
                    fingerprint
                }
                None => {
                    let message = "expected a secret: text, such as ${env:NAME}";
                    problems.push(SpecProblem::new(pointer, "invalid-type", message));
                    String::new()
                }
            };
            let fields = [(SEALED.to_owned(), Value::from(fingerprint))];
            *value = Value::Object(serde_json::Map::from_iter(fields));
        }
        Ok(problems)
    }
}

impl Keys {
    /// Reads the keys that are kept, a line each; makes one where there is none.
    ///
    /// # Errors
    /// What is wrong with them.
    fn open(place: &KeyPlace) -> Result<Self, KeyError> {
        Self::parse(&place.read_or_make(first)?, &place.to_string())
    }

    fn parse(text: &str, place: &str) -> Result<Self, KeyError> {
        let mut keys = Vec::new();
        let mut last = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = || KeyError::Line { place: place.to_owned(), line: at + 1 };
            let (name, key) = line.split_once(' ').ok_or_else(wrong)?;
            let bytes = STANDARD.decode(key.trim()).map_err(|_| wrong())?;
            let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| wrong())?;
            keys.push((name.to_owned(), LessSafeKey::new(key)));
            last = bytes;
        }
        if keys.is_empty() {
            return Err(KeyError::Empty { place: place.to_owned() });
        }
        // Of the oldest key, which stands last: fingerprints outlive a rotation.
        let root = hmac::Key::new(hmac::HMAC_SHA256, &last);
        let derived = hmac::sign(&root, b"tfo secret fingerprints");
        let fingerprints = hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref());
        Ok(Self { keys, fingerprints, random: SystemRandom::new() })
    }

    /// Encrypts a secret of this resource's field.
    ///
    /// # Errors
    /// The system gives no random numbers.
    fn encrypt(&self, uid: &str, pointer: &str, text: &str) -> Result<Kept, KeyError> {
        let (key_id, key) = self.keys.first().ok_or(KeyError::Random)?;
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| KeyError::Random)?;
        let mut bytes = text.as_bytes().to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound(uid, pointer), &mut bytes)
            .map_err(|_| KeyError::Random)?;
        Ok(Kept { key_id: key_id.clone(), nonce: nonce.to_vec(), ciphertext: bytes })
    }

    /// The text of a secret of this resource's field; `None` when no key fits.
    fn decrypt(&self, uid: &str, pointer: &str, kept: &Kept) -> Option<String> {
        let (_, key) = self.keys.iter().find(|(id, _)| *id == kept.key_id)?;
        let nonce = Nonce::try_assume_unique_for_key(&kept.nonce).ok()?;
        let mut bytes = kept.ciphertext.clone();
        let text = key.open_in_place(nonce, bound(uid, pointer), &mut bytes).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

impl Keys {
    /// Puts a new key in front of those that are kept.
    fn add_to(&self, place: &KeyPlace) -> Result<String, KeyError> {
        let text = place.read()?;
        let is_taken = |name: &str| self.keys.iter().any(|(taken, _)| taken == name);
        let names = (self.keys.len() + 1..).map(|number| format!("key-{number}"));
        let name = names.into_iter().find(|name| !is_taken(name)).ok_or(KeyError::Random)?;
        let line = format!("{name} {}\n", new_key()?);
        // Behind the comments at the top, before the first key.
        let is_key = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
        let first: usize = text.split_inclusive('\n').take_while(|line| !is_key(line)).map(str::len).sum();
        let (above, below) = text.split_at(first);
        place.replace(format!("{above}{line}{below}"))?;
        Ok(name)
    }
}

/// A new key, in base64.
fn new_key() -> Result<String, KeyError> {
    let mut key = [0; KEY_LEN];
    SystemRandom::new().fill(&mut key).map_err(|_| KeyError::Random)?;
    Ok(STANDARD.encode(key))
}

/// What a ciphertext belongs to: moved elsewhere, it does not decrypt.
fn bound(uid: &str, pointer: &str) -> Aad<Vec<u8>> {
    Aad::from(format!("{uid}{pointer}").into_bytes())
}

/// The text of the first key.
fn first() -> Result<String, KeyError> {
    Ok(format!(
        "# The keys of TelemetryFlow's secrets: without them, secrets that are stored cannot be read. Keep a copy.\n\
         # The first encrypts. Keep older ones below it, and the oldest last.\nkey-1 {}\n",
        new_key()?
    ))
}

/// The fields of a kind that are secrets, from its schema.
pub(crate) fn secret_pointers(kind: &KindInfo) -> &'static [String] {
    // Asked for with every document, with the database's one writer waiting; a schema takes milliseconds to make.
    static KNOWN: LazyLock<BTreeMap<&str, Vec<String>>> =
        LazyLock::new(|| kinds::ALL.iter().map(|kind| (kind.name, find_secrets(kind))).collect());
    KNOWN.get(kind.name).map_or(&[], Vec::as_slice)
}

fn find_secrets(kind: &KindInfo) -> Vec<String> {
    let mut generator = schemars::SchemaGenerator::default();
    let schema = kind.schema(&mut generator).to_value();
    let definitions = generator.take_definitions(true);
    let mut found = Vec::new();
    gather("/spec", &schema, &definitions, 0, &mut found);
    found
}

fn gather(
    pointer: &str,
    schema: &Value,
    definitions: &serde_json::Map<String, Value>,
    depth: usize,
    found: &mut Vec<String>,
) {
    if schema.get("x-tfo-secret") == Some(&Value::Bool(true)) {
        found.push(pointer.to_owned());
        return;
    }
    // A spec that nests deeper has a list or a map in it, whose fields have no pointer of their own.
    if depth > 8 {
        return;
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next())
        && let Some(definition) = definitions.get(name)
    {
        gather(pointer, definition, definitions, depth + 1, found);
    }
    for alternatives in ["anyOf", "oneOf", "allOf"].map(|key| schema.get(key).and_then(Value::as_array)) {
        for schema in alternatives.into_iter().flatten() {
            gather(pointer, schema, definitions, depth + 1, found);
        }
    }
    for (key, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        gather(&below(pointer, key), schema, definitions, depth + 1, found);
    }
}

/// What is wrong with the text of a secret. It is looked at alone, whatever else is wrong with the document: what a patch
/// has may be no spec by itself, and is one where it is merged.
fn wrong_with(kind: &KindInfo, pointer: &str, text: &str) -> Vec<SpecProblem> {
    let mut alone = json!({"spec": {}});
    set(&mut alone, pointer, json!(text));
    let mut problems = kind.canonical(&alone["spec"]).err().unwrap_or_default();
    problems.retain(|problem| problem.pointer == pointer);
    problems
}

/// Fingerprints that a document names without having their secrets, with the fields where it does.
pub(crate) fn sealed_fields(kind: &KindInfo, content: &Value) -> Vec<(String, String)> {
    let sealed_at = |pointer: &String| Some((pointer.clone(), sealed(content.pointer(pointer)?)?.to_owned()));
    secret_pointers(kind).iter().filter_map(sealed_at).collect()
}

/// What is said of a fingerprint whose secret is not here.
pub(crate) fn unknown_secret(pointer: &str) -> SpecProblem {
    SpecProblem::new(
        pointer,
        "unknown-secret",
        "this fingerprint stands for a secret that is not stored here: give the secret itself, as ${env:NAME}",
    )
}

#[cfg(test)]
mod tests {
    use tfo_sdk::resource::kind::find;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_secret_comes_back_where_it_belongs_and_nowhere_else() {
        let folder = folder();
        let place = KeyPlace::File(folder.path().join("keys/secrets.key"));
        let sealer = Keys::open(&place).unwrap();
        let kept = sealer.encrypt("uid", "/spec/secret", "hunter2").unwrap();
        let again = Keys::open(&place).unwrap();
        assert_eq!(again.decrypt("uid", "/spec/secret", &kept).as_deref(), Some("hunter2"));
        assert_eq!(again.decrypt("other", "/spec/secret", &kept), None);
        let sealers = [Sealer::new(place.clone()), Sealer::new(place)];
        let print = |at: usize, text: &str| sealers[at].fingerprint(text).unwrap();
        assert_eq!(print(0, "hunter2"), print(1, "hunter2"));
        assert_ne!(print(0, "hunter2"), print(0, "hunter3"));
        assert!(!kept.ciphertext.windows(7).any(|bytes| bytes == b"hunter2"));
    }

    #[test]
    fn a_new_key_reads_what_the_old_one_wrote() {
        let old = "old AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let before = Keys::parse(old, "f").unwrap();
        let kept = before.encrypt("u", "/spec/secret", "x").unwrap();
        let after =
            Keys::parse(&format!("new AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n{old}\n"), "f").unwrap();
        assert_eq!(after.decrypt("u", "/spec/secret", &kept).as_deref(), Some("x"));
        assert_eq!(after.encrypt("u", "/spec/secret", "x").unwrap().key_id, "new");
        let print = |keys: &Keys| hmac::sign(&keys.fingerprints, b"x").as_ref().to_vec();
        assert_eq!(print(&after), print(&before));
    }

    #[test]
    fn a_key_file_that_is_none_is_refused() {
        for text in ["", "# nothing\n", "name\n", "name c2hvcnQ=\n", "name !!!\n"] {
            assert!(Keys::parse(text, "f").is_err(), "{text:?}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let folder = folder();
            let file = folder.path().join("k");
            let place = KeyPlace::File(file.clone());
            Keys::open(&place).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(Keys::open(&place), Err(KeyError::Open { .. })));
        }
    }

    #[test]
    fn secrets_are_found_by_the_schema() {
        let kind = find("ApiKey").unwrap();
        assert_eq!(secret_pointers(kind), ["/spec/secret"]);
        assert!(secret_pointers(find("Role").unwrap()).is_empty());
        let folder = folder();
        let sealer = Sealer::new(KeyPlace::File(folder.path().join("k")));
        let secret = format!("tfs_{}", "0a".repeat(32));
        let mut document = json!({"spec": {"secret": secret, "description": "hunter2 is no secret here"}});
        let mut found = BTreeMap::new();
        assert_eq!(sealer.seal(kind, &mut document, &mut found).unwrap(), []);
        let fingerprint = sealer.fingerprint(&secret).unwrap();
        assert_eq!(document["spec"]["secret"], json!({"$secret": fingerprint}));
        assert_eq!(found[&fingerprint].text, secret);
        assert!(!format!("{found:?}").contains(&secret));
    }

    #[test]
    fn what_is_no_secret_is_refused_and_not_repeated() {
        let kind = find("ApiKey").unwrap();
        let folder = folder();
        let sealer = Sealer::new(KeyPlace::File(folder.path().join("k")));
        for wrong in [json!("hunter2"), json!(4711), json!(["hunter2"]), json!({"hunter2": "4711"})] {
            let mut document = json!({"spec": {"secret": wrong}});
            let problems = sealer.seal(kind, &mut document, &mut BTreeMap::new()).unwrap();
            assert_eq!(problems[0].pointer, "/spec/secret");
            let shown = format!("{problems:?} {document}");
            assert_eq!(problems.len(), 1, "{shown}");
            assert!(!shown.contains("hunter2") && !shown.contains("4711"), "{shown}");
        }
    }

    #[test]
    fn a_secret_is_refused_whatever_stands_beside_it() {
        let folder = folder();
        let sealer = Sealer::new(KeyPlace::File(folder.path().join("k")));
        for beside in [json!({}), json!({"expiresAt": null}), json!({"expiresAt": 7}), json!({"no": "field"})]
        {
            let mut document = json!({"spec": beside});
            document["spec"]["secret"] = json!("hunter2");
            let problems = sealer.seal(find("ApiKey").unwrap(), &mut document, &mut BTreeMap::new()).unwrap();
            let pointers: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
            assert_eq!(pointers, ["/spec/secret"], "{beside}");
        }
    }
}
