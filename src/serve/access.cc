#include "serve/access.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <condition_variable>
#include <map>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "serve/allowance.h"
#include "serve/http_text.h"
#include "serve/key_hash.h"
#include "serve/own_site.h"

namespace genkai::serve {

using base::Code;
using base::Path;
using base::Result;

namespace {

constexpr std::chrono::milliseconds kLookEvery{400};
constexpr std::size_t kLongestKey = 256;

HttpResponse refusal(int status, std::string message, std::string type, std::string code) {
  return to_response({status, std::move(message), std::move(type), "", std::move(code)});
}

HttpResponse unknown_key(std::string message) {
  HttpResponse response = refusal(401, std::move(message), "authentication_error", "invalid_api_key");
  response.headers.emplace_back("www-authenticate", "Bearer");
  return response;
}

// "Bearer <key>", the scheme in any case; nullopt for anything else.
std::optional<std::string_view> bearer(std::string_view header) {
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() <= kScheme.size() || !same_name(header.substr(0, kScheme.size()), kScheme))
    return std::nullopt;
  header.remove_prefix(kScheme.size());
  while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
  while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
  return header;
}

std::int64_t today() {
  return base::system_clock().unix_seconds() / 86'400;
}

// Lets everybody in who is on this machine.
class OpenAccess final : public Access {
 public:
  tl::expected<CallerInfo, HttpResponse> admit(const HttpRequest& request, Role needed) override {
    if (!from_own_site(request))
      return tl::unexpected<HttpResponse>(
          refusal(403,
                  "without API keys this server answers neither pages of other sites nor names other than "
                  "localhost; make a key file to serve under a name",
                  "permission_error", "cross_site"));
    if (needed == Role::admin)
      return tl::unexpected<HttpResponse>(
          refusal(403, "this needs an API key with the role admin, and this server has no key file",
                  "permission_error", "insufficient_permissions"));
    return CallerInfo{};
  }
  model::Budget& budget(const CallerInfo&) override { return budget_; }
  std::vector<KeyUse> keys() override { return {}; }
  Result<std::string> create(KeyRecord) override { return no_file(); }
  base::Status revoke(std::string_view) override { return no_file(); }

 private:
  static tl::unexpected<base::Error> no_file() {
    return base::fail(Code::unsupported, "this server has no key file");
  }
  model::Budget budget_;
};

/// What a file was when it was last read.
struct Stamp {
  std::int64_t modified_ns = 0, changed_ns = 0, size = -1;
  std::uint64_t inode = 0;
  int failed = 0;  // errno
  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const Path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return {.failed = errno};
  const auto ns = [](const timespec& time) {
    return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
  };
  return {ns(info.st_mtim), ns(info.st_ctim), info.st_size, info.st_ino, 0};
}

class KeyedAccess final : public Access {
 public:
  explicit KeyedAccess(Path file) : file_(std::move(file)) {}
  ~KeyedAccess() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (watcher_.joinable()) watcher_.join();
  }

  base::Status start() {
    stamp_ = stamp_of(file_);
    GENKAI_ASSIGN_OR_RETURN(auto records, list_keys(file_));
    warn_of_writers();
    use(std::move(records));
    // A thread of its own: the file may lie on a slow disk, and requests are admitted on the I/O threads.
    watcher_ = std::thread([this] { watch(); });
    return {};
  }

  tl::expected<CallerInfo, HttpResponse> admit(const HttpRequest& request, Role needed) override {
    const auto key = bearer(request.header("authorization"));
    if (!key)
      return tl::unexpected<HttpResponse>(
          unknown_key("this server needs an API key; send it as \"authorization: Bearer KEY\""));
    const std::shared_ptr<Caller> caller = find(*key);
    if (!caller) return tl::unexpected<HttpResponse>(unknown_key("the API key is not known here"));
    if (needed == Role::admin && caller->record.role != Role::admin)
      return tl::unexpected<HttpResponse>(refusal(403, "this needs an API key with the role admin",
                                                  "permission_error", "insufficient_permissions"));
    const auto wait = caller->allowance->take(Allowance::Clock::now());
    if (wait.count() > 0) {
      HttpResponse response = refusal(429, "this API key has used up its requests for the minute",
                                      "rate_limit_error", "rate_limit_exceeded");
      const auto seconds = static_cast<std::int64_t>(std::ceil(wait.count()));
      response.headers.emplace_back("retry-after", std::to_string(std::max<std::int64_t>(1, seconds)));
      return tl::unexpected<HttpResponse>(std::move(response));
    }
    return CallerInfo{caller->record.id, caller->record.role};
  }

  model::Budget& budget(const CallerInfo& caller) override {
    const std::lock_guard lock(mutex_);
    auto& allowance = allowances_[caller.id];
    if (!allowance) allowance = std::make_unique<Allowance>();
    return allowance->budget(today());
  }

  std::vector<KeyUse> keys() override {
    Callers callers;
    {
      const std::lock_guard lock(mutex_);
      callers = callers_;
    }
    std::vector<KeyUse> all;
    for (const auto& [id, caller] : callers) {
      const model::Budget& budget = caller->allowance->budget(today());
      KeyUse use{caller->record, budget.spent(), budget.reserved()};
      use.record.salt.clear();
      use.record.hash.clear();
      all.push_back(std::move(use));
    }
    return all;
  }

  Result<std::string> create(KeyRecord record) override {
    const std::lock_guard lock(changing_);
    auto key = create_key(file_, std::move(record));
    look();
    return key;
  }

  base::Status revoke(std::string_view id) override {
    const std::lock_guard lock(changing_);
    auto revoked = revoke_key(file_, id);
    look();
    return revoked;
  }

 private:
  struct Caller {
    KeyRecord record;
    Allowance* allowance;
  };
  using Callers = std::map<std::string, std::shared_ptr<Caller>, std::less<>>;

  std::shared_ptr<Caller> find(std::string_view key) {
    if (key.size() > kLongestKey) return nullptr;
    std::shared_ptr<Caller> caller;
    {
      const std::lock_guard lock(mutex_);
      const auto found = callers_.find(id_of_key(key));
      if (found == callers_.end()) return nullptr;  // which ids there are is no secret
      caller = found->second;
    }
    return same_in_constant_time(hash_of_key(caller->record.salt, key), caller->record.hash) ? caller
                                                                                             : nullptr;
  }

  void use(std::vector<KeyRecord> records) {
    const std::lock_guard lock(mutex_);
    Callers callers;
    for (KeyRecord& record : records) {
      // Allowances outlive their keys: a reply under way still settles with one.
      auto& allowance = allowances_[record.id];
      if (!allowance) allowance = std::make_unique<Allowance>();
      allowance->set(record.requests_per_minute, record.budget_per_day);
      const std::string id = record.id;
      callers[id] = std::make_shared<Caller>(Caller{std::move(record), allowance.get()});
    }
    callers_ = std::move(callers);
  }

  void watch() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kLookEvery, [this] { return stopping_; })) {
      lock.unlock();
      look();
      lock.lock();
    }
  }

  void look() {
    const std::lock_guard lock(looking_);
    const Stamp now = stamp_of(file_);
    if (now == stamp_) return;
    stamp_ = now;
    auto records = list_keys(file_);
    if (!records) {
      base::log::error("the keys stay as they were: " + records.error().message);
      return;
    }
    warn_of_writers();
    use(std::move(*records));
  }

  void warn_of_writers() const {
    struct stat info {};
    if (::stat(file_.c_str(), &info) == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
      base::log::warning("others than its owner may change the key file " + file_.string());
  }

  const Path file_;
  std::mutex changing_;  // one change of the file at a time; before looking_, which goes before mutex_
  std::mutex looking_;
  Stamp stamp_;  // of start(), then of whoever holds looking_
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  Callers callers_;
  std::map<std::string, std::unique_ptr<Allowance>> allowances_;
  std::thread watcher_;
};

}  // namespace

Result<std::unique_ptr<Access>> Access::open(const Path& key_file) {
  if (key_file.empty()) return std::make_unique<OpenAccess>();
  auto access = std::make_unique<KeyedAccess>(key_file);
  if (auto started = access->start(); !started) {
    base::Error error = std::move(started).error();
    if (error.code == Code::not_found)
      error.hint = "genkai key create --key-file " + key_file.string() + " makes it, with a first key";
    return base::fail(std::move(error));
  }
  return access;
}

}  // namespace genkai::serve
