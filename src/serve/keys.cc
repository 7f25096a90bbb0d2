// The key file: one JSON object a line (docs/formats/keys.md).
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/clock.h"
#include "base/json.h"
#include "knowledge/store/folder_lock.h"
#include "serve/access.h"
#include "serve/key_hash.h"
#include "text/utf8.h"

namespace genkai::serve {

using base::Code;
using base::Json;
using base::Path;
using base::Result;
using base::Status;

namespace {

constexpr std::size_t kLargestFile = 16 << 20, kSaltBytes = 16, kSecretBytes = 32, kIdBytes = 4;
constexpr std::size_t kLongestName = 200;

Result<std::string> random_hex(std::size_t bytes) {
  std::string random(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), static_cast<int>(bytes)) != 1)
    return base::fail(Code::internal, "the system gives no random bytes");
  return to_hex(random);
}

bool is_hex(std::string_view text, std::size_t bytes) {
  return text.size() == 2 * bytes && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<double> limit(const Json& line, std::string_view key) {
  const Json* value = line.find(key);
  if (!value) return 0.0;
  const double number = value->as_double(-1);
  if (!std::isfinite(number) || number < 0 || number > 1e15)
    return base::fail(Code::invalid_argument, std::string(key) + " is a number, 0 or more");
  return number;
}

Result<KeyRecord> read_line(std::string_view text) {
  GENKAI_ASSIGN_OR_RETURN(const Json line, Json::parse(text));
  if (!line.is_object()) return base::fail(Code::invalid_argument, "it is no JSON object");
  if (line.number("v") != 1)
    return base::fail(Code::unsupported,
                      "it is of version " + (line.find("v") ? line.find("v")->dump() : "none"),
                      "this program reads version 1");
  static const std::set<std::string, std::less<>> known{"v",
                                                        "id",
                                                        "name",
                                                        "role",
                                                        "salt",
                                                        "hash",
                                                        "requests_per_minute",
                                                        "tokens_per_day",
                                                        "money_per_day",
                                                        "created"};
  for (const auto& [name, value] : line.members())  // a limit that is not understood must not be passed over
    if (!known.contains(name)) return base::fail(Code::invalid_argument, "it has the unknown field " + name);
  KeyRecord record;
  record.id = line.string("id");
  record.name = line.string("name");
  record.salt = line.string("salt");
  record.hash = line.string("hash");
  record.created = line.string("created");
  if (!is_hex(record.id, kIdBytes))
    return base::fail(Code::invalid_argument, "its id is not 8 hexadecimal digits");
  if (!is_hex(record.salt, kSaltBytes) || !is_hex(record.hash, kHashBytes))
    return base::fail(Code::invalid_argument, "its salt or hash is damaged");
  GENKAI_RETURN_IF_ERROR(check_key_name(record.name));
  const std::string role = line.string("role");
  if (role != "use" && role != "admin")
    return base::fail(Code::invalid_argument, "its role is neither use nor admin");
  record.role = role == "admin" ? Role::admin : Role::use;
  GENKAI_ASSIGN_OR_RETURN(record.requests_per_minute, limit(line, "requests_per_minute"));
  GENKAI_ASSIGN_OR_RETURN(const double tokens, limit(line, "tokens_per_day"));
  record.budget_per_day.tokens = static_cast<std::uint64_t>(tokens);
  GENKAI_ASSIGN_OR_RETURN(record.budget_per_day.money, limit(line, "money_per_day"));
  return record;
}

std::string to_line(const KeyRecord& record) {
  return Json::object({{"v", 1},
                       {"id", record.id},
                       {"name", record.name},
                       {"role", record.role == Role::admin ? "admin" : "use"},
                       {"salt", record.salt},
                       {"hash", record.hash},
                       {"requests_per_minute", record.requests_per_minute},
                       {"tokens_per_day", record.budget_per_day.tokens},
                       {"money_per_day", record.budget_per_day.money},
                       {"created", record.created}})
             .dump() +
         "\n";
}

Status write_keys(const Path& file, const std::vector<KeyRecord>& records) {
  std::string content;
  for (const KeyRecord& record : records) content += to_line(record);
  return base::write_file_atomically(file, content, 0600);
}

Result<knowledge::FolderLock> lock(const Path& file) {
  if (file.has_parent_path()) GENKAI_RETURN_IF_ERROR(base::create_folders(file.parent_path()));
  Path path = file;
  path += ".lock";
  auto taken = knowledge::FolderLock::take(path);
  if (!taken && taken.error().code == Code::unavailable)
    return base::fail(Code::unavailable, "another process is changing " + file.string(), "try again");
  return taken;
}

}  // namespace

Status check_key_name(std::string_view name) {
  const bool control = std::any_of(name.begin(), name.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
  if (control || name.size() > kLongestName || !text::is_valid_utf8(name))
    return base::fail(Code::invalid_argument, "the name of a key is one line of at most 200 bytes");
  return {};
}

Result<std::string> create_key(const Path& file, KeyRecord record) {
  GENKAI_RETURN_IF_ERROR(check_key_name(record.name));
  if (!std::isfinite(record.requests_per_minute) || record.requests_per_minute < 0 ||
      !std::isfinite(record.budget_per_day.money) || record.budget_per_day.money < 0)
    return base::fail(Code::invalid_argument, "the limits of a key are numbers, 0 or more");
  GENKAI_ASSIGN_OR_RETURN(const auto held, lock(file));
  auto records = list_keys(file);
  if (!records && records.error().code != Code::not_found) return base::fail(records.error());
  std::vector<KeyRecord> all = records ? std::move(*records) : std::vector<KeyRecord>();
  do {
    GENKAI_ASSIGN_OR_RETURN(record.id, random_hex(kIdBytes));
  } while (
      std::any_of(all.begin(), all.end(), [&](const KeyRecord& other) { return other.id == record.id; }));
  GENKAI_ASSIGN_OR_RETURN(const std::string secret, random_hex(kSecretBytes));
  GENKAI_ASSIGN_OR_RETURN(record.salt, random_hex(kSaltBytes));
  std::string key = std::string(kKeyPrefix) + record.id + "-" + secret;
  record.hash = hash_of_key(record.salt, key);
  if (record.created.empty()) record.created = base::iso_date(base::system_clock().unix_seconds());
  all.push_back(std::move(record));
  GENKAI_RETURN_IF_ERROR(write_keys(file, all));
  return key;
}

Result<std::vector<KeyRecord>> list_keys(const Path& file) {
  GENKAI_ASSIGN_OR_RETURN(const std::string content, base::read_file(file, kLargestFile));
  std::vector<KeyRecord> records;
  std::set<std::string> ids;
  std::size_t number = 0;
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t end = std::min(content.find('\n', at), content.size());
    const std::string_view text = std::string_view(content).substr(at, end - at);
    at = end + 1;
    ++number;
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto record = read_line(text);
    if (record && !ids.insert(record->id).second)
      record = base::fail(Code::invalid_argument, "its id is there twice");
    if (!record) {
      base::Error error = std::move(record).error();
      error.message = file.string() + ", line " + std::to_string(number) + ": " + error.message;
      return base::fail(std::move(error));
    }
    records.push_back(std::move(*record));
  }
  return records;
}

Status revoke_key(const Path& file, std::string_view id) {
  GENKAI_ASSIGN_OR_RETURN(const auto held, lock(file));
  GENKAI_ASSIGN_OR_RETURN(auto records, list_keys(file));
  const auto gone = std::erase_if(records, [&](const KeyRecord& record) { return record.id == id; });
  if (gone == 0)
    return base::fail(Code::not_found, "no key has the id " + std::string(id), "genkai key list shows them");
  return write_keys(file, records);
}

}  // namespace genkai::serve
