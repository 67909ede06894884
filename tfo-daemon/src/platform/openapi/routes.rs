//! Routes with their operations.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodFilter, any, on};

use super::{Operation, Param};
use crate::platform::problem::{ApiError, Code};

/// The operation of a request, and of the response to it, in their extensions.
#[derive(Debug, Clone)]
pub(crate) struct Matched(pub(crate) Arc<Operation>);

/// Routes, each with the operation that documents it.
pub(crate) struct Routes<S> {
    prefix: &'static str,
    params: &'static [Param],
    errors: &'static [Code],
    router: Router<S>,
    operations: Vec<Arc<Operation>>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Routes whose paths stand below this one, which may be empty.
    pub(crate) fn below(prefix: &'static str) -> Self {
        Self { prefix, params: &[], errors: &[], router: Router::new(), operations: Vec::new() }
    }

    /// What all routes from here on take beside their own parameters, and what that may fail with.
    pub(crate) fn taking(self, params: &'static [Param], errors: &'static [Code]) -> Self {
        Self { params, errors, ..self }
    }

    /// One more route.
    pub(crate) fn route<H, T>(mut self, operation: Operation, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let operation = operation.params(self.params).fails(self.errors);
        let operation =
            Arc::new(Operation { path: format!("{}{}", self.prefix, operation.path), ..operation });
        let matched = Matched(Arc::clone(&operation));
        let watch = from_fn(move |request, next| watched(matched.clone(), request, next));
        let mut route = match MethodFilter::try_from(operation.method.clone()) {
            // What the router answers to other methods is not the operation's.
            Ok(method) if !operation.every_method => on(method, handler).route_layer(watch),
            _ => any(handler).layer(watch),
        };
        if let Some(max_bytes) = operation.body.as_ref().and_then(|body| body.max_bytes) {
            route = route.layer(DefaultBodyLimit::max(max_bytes));
        }
        self.router = self.router.route(&operation.path, route);
        self.operations.push(operation);
        self
    }

    /// These and those.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.operations.extend(other.operations);
        self
    }

    /// The router alone.
    pub(crate) fn into_router(self) -> Router<S> {
        self.router
    }

    /// What is documented, in the order of registration.
    pub(crate) fn operations(&self) -> &[Arc<Operation>] {
        &self.operations
    }
}

/// Tells the handler what it declares, and the outer layers what was matched.
async fn watched(matched: Matched, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(matched.clone());
    let mut response = next.run(request).await;
    debug_assert!(
        matched.0.documents(&response),
        "{} answers {} {:?}, and its operation does not say so",
        matched.0.id,
        response.status(),
        response.extensions().get::<ApiError>()
    );
    response.extensions_mut().insert(matched);
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use futures::FutureExt as _;
    use tower::ServiceExt as _;

    use super::super::{Content, Param, Tag};
    use super::*;
    use crate::platform::params::Params;
    use crate::platform::problem::{ApiResult, Code};

    const TAG: Tag = Tag { name: "T", about: "" };

    fn text(path: &str) -> Operation {
        Operation::get(TAG, path, "id", "").answers_with(200, "", &[Content::Text("text/plain")])
    }

    /// The status of `GET path`, or `None` for a panic.
    async fn get(routes: Routes<()>, path: &str) -> Option<u16> {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = routes.into_router().oneshot(request);
        let answer = std::panic::AssertUnwindSafe(answer).catch_unwind().await;
        answer.ok().map(|answer| answer.unwrap().status().as_u16())
    }

    async fn takes_a(mut params: Params) -> ApiResult<&'static str> {
        params.take("a", |text| Ok::<_, String>(text.to_owned()));
        params.finish()?;
        Ok("")
    }

    async fn fails() -> ApiError {
        ApiError::new(Code::QueryMemory, "")
    }

    #[tokio::test]
    async fn a_handler_reads_what_it_declares_and_nothing_else() {
        let declared = [Param::text("a", ""), Param::text("b", "")];
        let with = |params: &[Param]| Routes::below("/x").route(text("/y").params(params), takes_a);
        assert_eq!(get(with(&declared[..1]), "/x/y?a=1").await, Some(200));
        assert_eq!(get(with(&[]), "/x/y").await, None);
        assert_eq!(get(with(&declared), "/x/y").await, None);
    }

    #[tokio::test]
    async fn an_answer_that_is_not_documented_is_a_failure() {
        let declared = text("/").fails(&[Code::QueryMemory]);
        assert_eq!(get(Routes::below("").route(declared, fails), "/").await, Some(422));
        assert_eq!(get(Routes::below("").route(text("/"), fails), "/").await, None);
    }

    #[test]
    fn routes_come_with_their_operations() {
        let more = Routes::<()>::below("").route(text("/z"), fails);
        let routes = Routes::below("/x").route(text("/y"), fails).merge(more);
        let paths: Vec<_> = routes.operations().iter().map(|operation| operation.path()).collect();
        assert_eq!(paths, ["/x/y", "/z"]);
    }
}
