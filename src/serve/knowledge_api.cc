#include "serve/knowledge_api.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include "base/json.h"
#include "serve/api_error.h"

namespace genkai::serve {

using base::Json;
using base::Result;

namespace {

using Feedback = std::function<Json(const std::string&)>;

constexpr std::string_view kRoot = "/v1/knowledge_bases", kDocuments = "/documents";
constexpr std::uint64_t kDocumentsPage = 50, kPassagesPage = 100, kLargestPage = 500;

template <class T>
using Answer = tl::expected<T, ApiError>;

tl::unexpected<ApiError> refuse(const base::Error& error) {
  return tl::unexpected<ApiError>(api_error(error));
}

Answer<std::uint64_t> number(const HttpRequest& request, std::string_view name, std::uint64_t otherwise) {
  const std::string text = request.parameter(name);
  if (text.empty()) return otherwise;
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, value); read.ec != std::errc() || read.ptr != end)
    return tl::unexpected<ApiError>(
        invalid_request(std::string(name) + " is a whole number, 0 or more", std::string(name)));
  return value;
}

struct Page {
  std::uint64_t offset = 0, limit = 0;
};

Answer<Page> page_of(const HttpRequest& request, std::uint64_t usual) {
  const auto offset = number(request, "offset", 0);
  if (!offset) return tl::unexpected<ApiError>(offset.error());
  const auto limit = number(request, "limit", usual);
  if (!limit) return tl::unexpected<ApiError>(limit.error());
  if (*limit == 0 || *limit > kLargestPage)
    return tl::unexpected<ApiError>(
        invalid_request("limit is from 1 to " + std::to_string(kLargestPage), "limit"));
  return Page{*offset, *limit};
}

// "/v1/knowledge_bases/{kb}/documents/{id}" as its two names. Both may hold slashes, so the names that are
// served decide where the first one ends.
struct Target {
  std::string base;
  std::optional<std::string> document;
};

std::optional<Target> target_of(std::string_view path, const std::vector<std::string>& names) {
  std::optional<Target> found;
  for (const std::string& name : names) {
    if (path.substr(0, name.size()) != name || (found && found->base.size() > name.size())) continue;
    std::string_view rest = path.substr(name.size());
    if (rest.substr(0, kDocuments.size()) != kDocuments) continue;
    rest.remove_prefix(kDocuments.size());
    if (rest.empty() || rest == "/")
      found = Target{name, std::nullopt};
    else if (rest.front() == '/')
      found = Target{name, std::string(rest.substr(1))};
  }
  return found;
}

Json describe(const std::string& name, KnowledgeBases& bases, const Feedback& feedback) {
  Json entry = Json::object({{"id", name}, {"object", "knowledge_base"}});
  if (feedback) entry.set("feedback", feedback(name));
  const auto base = bases.base(name);
  const auto info = base ? (*base)->info() : base::fail(base.error());
  if (!info) {  // the others are still worth listing
    entry.set("error", Json::object({{"code", base::to_string(info.error().code)},
                                     {"message", info.error().message}}));
    return entry;
  }
  Json languages = Json::object();
  for (const auto& [language, passages] : info->languages) languages.set(language, passages);
  entry.set("documents", info->documents);
  entry.set("passages", info->passages);
  entry.set("languages", std::move(languages));
  entry.set("embedder", info->embedder);
  return entry;
}

Answer<Json> list_bases(KnowledgeBases& bases, const Feedback& feedback) {
  Json data = Json::array();
  for (const std::string& name : bases.names()) data.push(describe(name, bases, feedback));
  return Json::object({{"object", "list"}, {"data", std::move(data)}});
}

Json describe(const knowledge::StoredDocument& document) {
  return Json::object({{"id", document.info.id},
                       {"object", "document"},
                       {"title", document.info.title},
                       {"source", document.info.source},
                       {"date", document.info.date},
                       {"language", document.info.language},
                       {"passages", document.passages}});
}

Answer<Json> list_documents(const HttpRequest& request, const knowledge::KnowledgeView& view) {
  const auto page = page_of(request, kDocumentsPage);
  if (!page) return tl::unexpected<ApiError>(page.error());
  const std::string text = request.parameter("q");
  const auto list =
      view.documents({.text = text, .offset = page->offset, .limit = static_cast<std::size_t>(page->limit)});
  if (!list) return refuse(list.error());
  Json data = Json::array();
  for (const auto& document : list->documents) data.push(describe(document));
  return Json::object({{"object", "list"},
                       {"total", list->total},
                       {"offset", page->offset},
                       {"limit", page->limit},
                       {"data", std::move(data)}});
}

// Passages that stand under one heading come as one section; a section cut by the end of a page goes on in
// the next one.
Json sections_of(const std::vector<core::Passage>& passages) {
  Json sections = Json::array();
  for (std::size_t i = 0; i < passages.size();) {
    const core::Passage& first = passages[i];
    Json texts = Json::array();
    for (; i < passages.size() && passages[i].section_first == first.section_first; ++i)
      texts.push(Json::object({{"id", passages[i].id},
                               {"page", passages[i].page},
                               {"line", passages[i].line},
                               {"text", passages[i].text}}));
    sections.push(Json::object({{"heading", first.heading}, {"passages", std::move(texts)}}));
  }
  return sections;
}

Answer<Json> read_document(const HttpRequest& request, const knowledge::KnowledgeView& view,
                           const std::string& id) {
  auto page = page_of(request, kPassagesPage);
  if (!page) return tl::unexpected<ApiError>(page.error());
  const auto document = view.document(id);
  if (!document) return refuse(document.error());
  const auto passage = number(request, "passage", 0);
  if (!passage) return tl::unexpected<ApiError>(passage.error());
  if (*passage != 0) {
    if (*passage < document->first || *passage - document->first >= document->passages)
      return refuse({base::Code::not_found,
                     "the document has no passage " + std::to_string(*passage) + "; it may have changed",
                     ""});
    page->offset = (*passage - document->first) / page->limit * page->limit;
  }
  const std::uint64_t from = std::min<std::uint64_t>(page->offset, document->passages);
  std::vector<core::PassageId> ids(std::min<std::uint64_t>(page->limit, document->passages - from));
  std::iota(ids.begin(), ids.end(), document->first + static_cast<core::PassageId>(from));
  const auto passages = view.passages(ids);
  if (!passages) return refuse(passages.error());
  Json answer = describe(*document);
  answer.set("offset", from);
  answer.set("limit", page->limit);
  answer.set("sections", sections_of(*passages));
  return answer;
}

Answer<Json> answer_of(const HttpRequest& request, KnowledgeBases& bases, const Feedback& feedback) {
  if (request.path == kRoot || request.path == std::string(kRoot) + '/') return list_bases(bases, feedback);
  const std::string_view rest = std::string_view(request.path).substr(kRoot.size());
  const auto target = target_of(rest.substr(std::min<std::size_t>(1, rest.size())), bases.names());
  if (!target || rest.front() != '/')
    return refuse({base::Code::not_found, "there is nothing at " + request.path.substr(0, 200),
                   "GET /v1/knowledge_bases lists what there is"});
  const auto view = bases.view(target->base);
  if (!view) return refuse(view.error());
  if (!target->document) return list_documents(request, **view);
  return read_document(request, **view, *target->document);
}

}  // namespace

base::Task<HttpResponse> knowledge_api(const HttpRequest& request, KnowledgeBases& bases,
                                       base::ThreadPool& pool,
                                       std::function<base::Json(const std::string&)> feedback) {
  if (request.method != "GET" && request.method != "HEAD") {
    ApiError error = invalid_request("knowledge bases are only read here: use GET");
    error.status = 405;
    HttpResponse response = to_response(error);
    response.headers.emplace_back("allow", "GET, HEAD");
    co_return response;
  }
  co_return co_await base::on_pool(pool, [&request, &bases, &feedback] {
    const Answer<Json> answer = answer_of(request, bases, feedback);
    if (!answer) return to_response(answer.error());
    HttpResponse response;
    response.body = answer->dump();
    return response;
  });
}

}  // namespace genkai::serve
