#include <boost/asio/post.hpp>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/file.h"
#include "model/upstream/replay_format.h"
#include "model/upstream/transport.h"

namespace genkai::model {

using base::Code;
using base::Result;
using base::Task;

namespace {

class ReplayedExchange final : public HttpExchange {
 public:
  explicit ReplayedExchange(std::shared_ptr<const RecordedExchange> record) : record_(std::move(record)) {}

  int status() const override { return record_->status; }
  std::string_view header(std::string_view name) const override {
    return find_header(record_->headers, name);
  }
  const HttpHeaders& headers() const override { return record_->headers; }
  Task<Result<std::string>> read() override {
    // Others run between two pieces, and a cancelled reader unwinds here, as with a network.
    co_await base::asio::post(base::asio::use_awaitable);
    if (next_ < record_->pieces.size()) co_return record_->pieces[next_++];
    if (record_->error) co_return base::fail(*record_->error);
    co_return std::string();
  }

 private:
  std::shared_ptr<const RecordedExchange> record_;
  std::size_t next_ = 0;
};

class ReplayTransport final : public Transport {
 public:
  explicit ReplayTransport(std::string path) : path_(std::move(path)) {}

  base::Status load() {
    GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(path_));
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = std::string_view(text).substr(at, end - at);
      at = end + 1;
      ++number;
      if (line.empty()) continue;
      auto record = from_line(line);
      if (!record && end == text.size()) break;  // torn by a power cut
      if (!record)
        return base::fail(Code::corrupt,
                          path_ + ", line " + std::to_string(number) + ": " + record.error().message,
                          "remove the line, or record again");
      Answers& answers = answers_[key(record->method, record->target, record->request)];
      answers.records.push_back(std::make_shared<const RecordedExchange>(std::move(*record)));
    }
    return {};
  }

  Task<Result<std::unique_ptr<HttpExchange>>> send(HttpRequest request) override {
    co_await base::asio::post(base::asio::use_awaitable);
    const std::string target = recorded_target(request.url);
    const auto record = take(key(request.method, target, request.body));
    if (!record)
      co_return base::fail(
          Code::not_found, path_ + " has no answer to " + request.method + " " + target + " with this body",
          "record it first: run once with the endpoint reachable and recording to this file");
    if (record->status == 0) co_return base::fail(*record->error);
    co_return std::make_unique<ReplayedExchange>(record);
  }

 private:
  struct Answers {
    std::vector<std::shared_ptr<const RecordedExchange>> records;
    std::size_t next = 0;
  };

  static std::string key(std::string_view method, std::string_view target, std::string_view body) {
    // Neither a method nor a target has a blank or a line end in it.
    return std::string(method).append(" ").append(target).append("\n").append(body);
  }

  std::shared_ptr<const RecordedExchange> take(const std::string& request) {
    const std::scoped_lock lock(mutex_);
    const auto found = answers_.find(request);
    if (found == answers_.end()) return nullptr;
    auto& [records, next] = found->second;
    return records[next + 1 < records.size() ? next++ : next];
  }

  std::string path_;
  std::mutex mutex_;
  std::unordered_map<std::string, Answers> answers_;
};

}  // namespace

Result<std::shared_ptr<Transport>> replay_transport(const std::string& path) {
  auto transport = std::make_shared<ReplayTransport>(path);
  GENKAI_RETURN_IF_ERROR(transport->load());
  return transport;
}

}  // namespace genkai::model
