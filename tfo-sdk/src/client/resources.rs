//! Resources: plans, reading and changing one, sets, history, the journal.

use reqwest::header::{IF_MATCH, IF_NONE_MATCH};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::Value;

use super::reads::found;
use super::{Client, ClientError, Part};
use crate::api::{
    AuditPage, AuditReport, ResourcePage, RevisionPage, RollbackRequest, SetDelete, SetMove, SetPage,
};
use crate::resource::plan::{Plan, PlanRequest};
use crate::resource::{KindInfo, Name, Resource, Scope};

/// Which resources to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceRead {
    /// Those that stand here and below.
    pub scope: Scope,
    /// Only with these labels: `team=checkout,tier!=web`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<String>,
    /// Those too that are deleted and can be had back.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Part of a long answer.
    #[serde(flatten)]
    pub part: Part,
}

/// Which entries of the journal to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditRead {
    /// Of resources that stand here and below.
    pub scope: Scope,
    /// Start of the range: a duration ago or an RFC 3339 time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// End of the range, which does not belong to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only of resources of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Part of a long answer.
    #[serde(flatten)]
    pub part: Part,
}

/// What a resource must be for a change to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// Anything.
    None,
    /// It has this generation.
    Generation(u64),
    /// There is none.
    Absent,
}

/// One place, who asks, and what else a change has in its query.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct At<'a> {
    scope: &'a Scope,
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<&'a str>,
    #[serde(flatten)]
    part: &'a Part,
}

impl Client {
    /// Plans many documents, and does it where the request says so: `POST /api/v2/plans`. A plan that is refused is an
    /// answer too.
    pub async fn plan(&self, request: &PlanRequest) -> Result<Plan, ClientError> {
        self.send(self.http.post(self.endpoint(&["plans"])).json(request)).await
    }

    /// A page of resources of a kind: `GET /api/v2/{plural}`.
    pub async fn resources(&self, kind: &KindInfo, read: &ResourceRead) -> Result<ResourcePage, ClientError> {
        self.get(&[kind.plural], read).await
    }

    /// All resources of a kind, page by page.
    pub async fn all_resources(
        &self,
        kind: &KindInfo,
        read: &ResourceRead,
    ) -> Result<ResourcePage, ClientError> {
        let mut read = read.clone();
        let mut all = self.resources(kind, &read).await?;
        while let Some(token) = all.next_page_token.take() {
            read.part.page_token = Some(token);
            let page = self.resources(kind, &read).await?;
            all.items.extend(page.items);
            all.next_page_token = page.next_page_token;
        }
        Ok(all)
    }

    /// One resource: `GET /api/v2/{plural}/{name}`. `None` when there is none.
    pub async fn find_resource(
        &self,
        kind: &KindInfo,
        scope: &Scope,
        name: &Name,
    ) -> Result<Option<Resource>, ClientError> {
        found(self.get(&[kind.plural, name.as_str()], &[("scope", scope)]).await)
    }

    /// Makes a resource, or changes all of it: `PUT /api/v2/{plural}/{name}`. The document is sent as it is.
    pub async fn put_resource(
        &self,
        kind: &KindInfo,
        scope: &Scope,
        name: &Name,
        document: &Value,
        precondition: Precondition,
        via: &str,
    ) -> Result<Resource, ClientError> {
        let request = self.change(Method::PUT, &[kind.plural, name.as_str()], scope, precondition, via);
        self.send(request.json(document)).await
    }

    /// Changes some fields of a resource: `PATCH /api/v2/{plural}/{name}` (RFC 7396).
    pub async fn patch_resource(
        &self,
        kind: &KindInfo,
        scope: &Scope,
        name: &Name,
        patch: &Value,
        precondition: Precondition,
        via: &str,
    ) -> Result<Resource, ClientError> {
        let request = self.change(Method::PATCH, &[kind.plural, name.as_str()], scope, precondition, via);
        self.send(request.json(patch)).await
    }

    /// Deletes a resource: `DELETE /api/v2/{plural}/{name}`.
    pub async fn delete_resource(
        &self,
        kind: &KindInfo,
        scope: &Scope,
        name: &Name,
        precondition: Precondition,
        via: &str,
    ) -> Result<(), ClientError> {
        self.done(self.change(Method::DELETE, &[kind.plural, name.as_str()], scope, precondition, via)).await
    }

    /// Deletes a resource at once and for good, with its telemetry: `DELETE /api/v2/{plural}/{name}?erase=true`. The kind
    /// has a grace time.
    pub async fn erase_resource(
        &self,
        kind: &KindInfo,
        scope: &Scope,
        name: &Name,
        via: &str,
    ) -> Result<(), ClientError> {
        let path = [kind.plural, name.as_str()];
        let request = self.change(Method::DELETE, &path, scope, Precondition::None, via);
        self.done(request.query(&[("erase", true)])).await
    }

    /// The changes of a resource, newest first: `GET /api/v2/{plural}/{name}/history`.
    pub async fn history(
        &self,
        kind: &KindInfo,
        scope: &Scope,
        name: &Name,
        part: &Part,
    ) -> Result<RevisionPage, ClientError> {
        self.get(&[kind.plural, name.as_str(), "history"], &At { scope, via: None, part }).await
    }

    /// Returns a resource to what it was at a generation: `POST /api/v2/{plural}/{name}/rollback`.
    pub async fn rollback(
        &self,
        kind: &KindInfo,
        scope: &Scope,
        name: &Name,
        generation: u64,
        precondition: Precondition,
    ) -> Result<Resource, ClientError> {
        let path = [kind.plural, name.as_str(), "rollback"];
        let request = self.change(Method::POST, &path, scope, precondition, "rollback");
        self.send(request.json(&RollbackRequest { generation })).await
    }

    /// The sets of a place and of those in it: `GET /api/v2/sets`.
    pub async fn sets(&self, scope: &Scope) -> Result<SetPage, ClientError> {
        self.get(&["sets"], &[("scope", scope)]).await
    }

    /// Gives a resource to another set: `POST /api/v2/sets/move`.
    pub async fn move_to_set(&self, request: &SetMove) -> Result<(), ClientError> {
        self.done(self.http.post(self.endpoint(&["sets", "move"])).json(request)).await
    }

    /// Ends a set: `POST /api/v2/sets/delete`.
    pub async fn delete_set(&self, request: &SetDelete) -> Result<(), ClientError> {
        self.done(self.http.post(self.endpoint(&["sets", "delete"])).json(request)).await
    }

    /// A page of the journal, newest first: `GET /api/v2/audit`.
    pub async fn audit(&self, read: &AuditRead) -> Result<AuditPage, ClientError> {
        self.get(&["audit"], read).await
    }

    /// Whether the journal is whole: `GET /api/v2/audit/verify`.
    pub async fn verify_audit(&self) -> Result<AuditReport, ClientError> {
        self.get(&["audit", "verify"], &()).await
    }

    fn change(
        &self,
        method: Method,
        path: &[&str],
        scope: &Scope,
        precondition: Precondition,
        via: &str,
    ) -> RequestBuilder {
        let query = At { scope, via: Some(via), part: &Part::default() };
        let request = self.http.request(method, self.endpoint(path)).query(&query);
        match precondition {
            Precondition::None => request,
            Precondition::Generation(generation) => request.header(IF_MATCH, format!("\"{generation}\"")),
            Precondition::Absent => request.header(IF_NONE_MATCH, "*"),
        }
    }

    /// Sends what has no answer beyond that it was done.
    async fn done(&self, request: RequestBuilder) -> Result<(), ClientError> {
        let response = request.send().await.map_err(|error| ClientError::transport(self.url(), &error))?;
        let status = response.status();
        let body = self.read_body(response).await?;
        if status.is_success() { Ok(()) } else { Err(self.failure(status, &body)) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ask, response};
    use super::*;
    use crate::resource::kind::find_exactly;

    const REGION: &str =
        r#"{"apiVersion":"tfo/v1","kind":"Region","metadata":{"name":"eu","generation":7},"spec":{}}"#;

    #[tokio::test]
    async fn a_list_goes_on_until_its_last_page() {
        let page = format!(r#"{{"items":[{REGION}],"revision":3}}"#);
        let read = ResourceRead {
            scope: "eu/acme".parse().unwrap(),
            labels: Some("a=b".into()),
            ..Default::default()
        };
        let kind = find_exactly("Quota").unwrap();
        let (list, line) =
            ask(&response("200 OK", &page), async |client| client.all_resources(kind, &read).await).await;
        assert_eq!(list.unwrap().items.len(), 1);
        assert_eq!(line, "GET /api/v2/quotas?scope=eu%2Facme&labels=a%3Db HTTP/1.1");
    }

    #[tokio::test]
    async fn a_change_says_where_by_what_and_on_which_generation_it_counts() {
        let (kind, name) = (find_exactly("Region").unwrap(), "eu".parse().unwrap());
        let (resource, line) = ask(&response("200 OK", REGION), async |client| {
            let document = serde_json::from_str(REGION).unwrap();
            let count_on = Precondition::Generation(7);
            client.put_resource(kind, &Scope::PLATFORM, &name, &document, count_on, "edit").await
        })
        .await;
        assert_eq!(resource.unwrap().metadata.generation, Some(7));
        assert_eq!(line, "PUT /api/v2/regions/eu?scope=platform&via=edit HTTP/1.1");
    }

    #[tokio::test]
    async fn deleting_has_no_answer_and_refusing_has_one() {
        let (kind, name) = (find_exactly("Region").unwrap(), "eu".parse().unwrap());
        let delete = async |client: Client| {
            client.delete_resource(kind, &Scope::PLATFORM, &name, Precondition::None, "rest").await
        };
        let (done, _) = ask("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", delete).await;
        done.unwrap();
        let body = r#"{"status":409,"title":"Conflict","detail":"it is not empty","code":"conflict"}"#;
        let (refused, _) = ask(&response("409 Conflict", body), delete).await;
        assert_eq!(refused.unwrap_err().status(), Some(409));
    }
}
