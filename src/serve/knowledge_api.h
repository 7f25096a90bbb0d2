#pragma once
// The knowledge bases and their documents over HTTP (docs/formats/knowledge-api.md):
//
//   GET /v1/knowledge_bases
//   GET /v1/knowledge_bases/{kb}/documents?q=&offset=&limit=
//   GET /v1/knowledge_bases/{kb}/documents/{id}?passage=&offset=&limit=

#include <functional>
#include <string>

#include "base/async.h"
#include "base/json.h"
#include "base/thread_pool.h"
#include "serve/http.h"
#include "serve/knowledge_bases.h"

namespace genkai::serve {

/// Answers any request under /v1/knowledge_bases, errors in OpenAI's shape. Disk and CPU work runs on `pool`.
/// `feedback` says what the list tells of a base's promises (feedback_api.h).
base::Task<HttpResponse> knowledge_api(const HttpRequest& request, KnowledgeBases& bases,
                                       base::ThreadPool& pool,
                                       std::function<base::Json(const std::string& base)> feedback = {});

}  // namespace genkai::serve
