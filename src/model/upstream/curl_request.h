#pragma once
// What an HttpRequest and TransportOptions mean to libcurl, and what libcurl's errors mean to people.
//
//   CurlRequest curl(std::move(request));
//   GENKAI_RETURN_IF_ERROR(curl.prepare(options));   // then set the callbacks on curl.easy()
//   ... base::Error error = curl.explain(CURLE_COULDNT_CONNECT, Phase::connecting);

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/upstream/transport.h"

namespace genkai::model {

enum class Phase { connecting, waiting, receiving };  // for a connection, for the status line, the body

class CurlRequest {
 public:
  explicit CurlRequest(HttpRequest request);

  /// invalid_argument for a URL, method or header that cannot be sent.
  base::Status prepare(const TransportOptions& options);
  CURL* easy() const { return easy_.get(); }
  const HttpRequest& request() const { return request_; }
  /// "host:port"; all that errors say of the URL.
  const std::string& where() const { return where_; }
  base::Error explain(CURLcode code, Phase phase) const;
  /// A deadline of ours that has passed; `whole`: that of the request, not of its phase.
  base::Error explain_timeout(Phase phase, bool whole) const;
  base::Error explain_limit(std::string_view what, std::size_t bytes) const;

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  base::Status set_url();
  base::Status set_method();
  base::Status set_headers();
  base::Status set_proxy_and_tls(const TransportOptions& options);

  HttpRequest request_;
  std::string where_;
  std::string proxy_;  // as errors name it; empty: none, or that of the environment
  bool secure_ = false, loopback_ = false;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeEasy> easy_;  // last: it refers to the others
};

}  // namespace genkai::model
