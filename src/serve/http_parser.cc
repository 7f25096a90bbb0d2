#include "serve/http_parser.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <utility>

#include "serve/http_text.h"
#include "text/utf8.h"

namespace genkai::serve {
namespace {

namespace http = boost::beast::http;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

ApiError refusal(int status, std::string message, std::string code = {}) {
  ApiError error = invalid_request(std::move(message), {}, std::move(code));
  error.status = status;
  return error;
}

ApiError parse_error(const boost::system::error_code& error, const HttpParser::Limits& limits) {
  if (error == http::error::header_limit)
    return refusal(431, "The headers are larger than " + std::to_string(limits.header_limit) + " bytes.",
                   "headers_too_large");
  if (error == http::error::body_limit)
    return refusal(413, "The body is larger than " + std::to_string(limits.body_limit) + " bytes.",
                   "body_too_large");
  if (error == http::error::bad_version) return refusal(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  return refusal(400, "This is not valid HTTP: " + error.message() + ".");
}

/// The target as a path and a query; an absolute one ("http://host/path") loses its host.
std::optional<std::pair<std::string, std::string>> split_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (target.substr(0, scheme.size()) == scheme) {
      target.remove_prefix(scheme.size());
      const std::size_t slash = target.find('/');
      target = slash == target.npos ? "/" : target.substr(slash);
    }
  target = target.substr(0, target.find('#'));
  const std::size_t question = std::min(target.find('?'), target.size());
  auto path = percent_decoded(target.substr(0, question));
  const bool named = path && (path->starts_with('/') || *path == "*");
  if (!named || path->find('\0') != path->npos || !text::is_valid_utf8(*path)) return std::nullopt;
  return std::pair(std::move(*path), std::string(target.substr(std::min(question + 1, target.size()))));
}

}  // namespace

struct HttpParser::State {
  Limits limits;
  http::request_parser<http::string_body> parser;
  std::optional<ApiError> error;
  bool begun = false, head_done = false;

  explicit State(const Limits& given) : limits(given) {
    parser.header_limit(static_cast<std::uint32_t>(limits.header_limit));
    parser.body_limit(limits.body_limit);
    parser.eager(false);  // stop behind the head, to look at it before the body
  }

  void check_head() {
    const auto& head = parser.get();
    const bool modern = head.version() == 11;
    if (head.version() != 11 && head.version() != 10)
      error = refusal(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    else if (head.method() == http::verb::connect || head.method_string().size() > 32)
      error = refusal(501, "This method is not known here.");
    else if (head.count(http::field::host) > 1 || (modern && head.count(http::field::host) == 0))
      error = refusal(400, "A request needs exactly one Host header.");
    else if (head.count(http::field::content_length) > 1)
      error = refusal(400, "A request has at most one Content-Length.");
    else if (head.count(http::field::transfer_encoding) > 0 &&
             (!modern || !parser.chunked() ||
              !same_name(view(head[http::field::transfer_encoding]), "chunked")))
      error = refusal(501, "The only transfer coding known here is chunked.");
    else if (head.count(http::field::content_encoding) > 0 &&
             !same_name(view(head[http::field::content_encoding]), "identity"))
      error = refusal(415, "A compressed body is not read here.", "unsupported_content_encoding");
    else if (!split_target(view(head.target())))
      error = refusal(400, "The path is not valid UTF-8 behind its percent signs.");
  }
};

HttpParser::HttpParser(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
HttpParser::~HttpParser() = default;
HttpParser::HttpParser(HttpParser&&) noexcept = default;

std::size_t HttpParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  // Some clients end their bodies with a line end that is not part of them (RFC 9112, section 2.2).
  while (!state_->begun && used < bytes.size() && (bytes[used] == '\r' || bytes[used] == '\n')) ++used;
  while (!state_->error && !done() && used < bytes.size()) {
    state_->begun = true;
    // A chunked body that is not done has at least these five bytes to come: "0", two line ends. Beast 1.81
    // aborts when the last chunk comes to it in fewer.
    if (state_->head_done && state_->parser.chunked() && bytes.size() - used < 5) return used;
    boost::system::error_code error;
    const std::size_t taken = state_->parser.put(boost::asio::buffer(bytes.substr(used)), error);
    used += taken;
    if (error == http::error::need_more || (taken == 0 && !error)) return used;
    if (error) state_->error = parse_error(error, state_->limits);
    if (error || state_->head_done || !state_->parser.is_header_done()) continue;
    state_->head_done = true;
    state_->check_head();
    state_->parser.eager(true);
  }
  return used;
}

bool HttpParser::head_done() const {
  return state_->head_done;
}
bool HttpParser::done() const {
  return state_->head_done && !state_->error && state_->parser.is_done();
}
const ApiError* HttpParser::error() const {
  return state_->error ? &*state_->error : nullptr;
}
bool HttpParser::keep_alive() const {
  return state_->parser.keep_alive();
}
bool HttpParser::http_1_0() const {
  return state_->parser.get().version() == 10;
}

bool HttpParser::expects_continue() const {
  return state_->head_done && !done() && !http_1_0() &&
         same_name(view(state_->parser.get()[http::field::expect]), "100-continue");
}

HttpRequest HttpParser::take() {
  auto message = state_->parser.release();
  HttpRequest request;
  request.method = std::string(view(message.method_string()));
  auto target = split_target(view(message.target()));
  request.path = std::move(target->first);
  request.query = std::move(target->second);
  for (const auto& field : message)
    request.headers.emplace_back(std::string(view(field.name_string())), std::string(view(field.value())));
  request.body = std::move(message.body());
  return request;
}

}  // namespace genkai::serve
