#include "knowledge/store/sqlite.h"

#include <sqlite3.h>

#include <unordered_map>

namespace genkai::knowledge {

using base::Code;
using base::Error;
using base::Status;

namespace {

Error sqlite_error(sqlite3* database, int code) {
  Error error;
  const char* file = database == nullptr ? nullptr : sqlite3_db_filename(database, "main");
  const std::string name = file == nullptr || *file == 0 ? "the knowledge base in memory" : file;
  const std::string text = database != nullptr && sqlite3_errcode(database) != SQLITE_OK
                               ? sqlite3_errmsg(database)
                               : sqlite3_errstr(code);
  error.message = name + ": " + text;
  // SQLite names only ENOSPC "full"; a quota or a limit on file sizes arrives as a failed write.
  if ((code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_WRITE) {
    error.code = Code::resource_exhausted;
    error.message =
        name + ": it cannot be written further; the disk is full, or a quota or size limit was hit";
    error.hint = "free some space and run the same command again; what was committed is safe";
    return error;
  }
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      error.code = Code::corrupt;
      error.hint = "run `genkai kb check`; if meta.db is damaged, restore it from a backup or ingest again";
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      error.code = Code::unavailable;
      error.hint = "another program holds the file; try again when it is done";
      break;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      error.code = Code::permission_denied;
      break;
    case SQLITE_CANTOPEN:
      error.code = Code::not_found;
      break;
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      error.code = Code::resource_exhausted;
      break;
    default:
      error.code = Code::internal;
  }
  return error;
}

}  // namespace

Statement::Statement(sqlite3* database, const char* sql) : database_(database) {
  code_ = sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::reset() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  code_ = SQLITE_OK;
}

bool Statement::next() {
  if (statement_ == nullptr || code_ != SQLITE_OK) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) code_ = code;
  return false;
}

Status Statement::finish() {
  Status status;
  if (code_ != SQLITE_OK) status = base::fail(sqlite_error(database_, code_));
  if (statement_ != nullptr) sqlite3_reset(statement_);
  return status;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Statement::bind(int index, std::string_view value) {
  if (statement_ == nullptr || code_ != SQLITE_OK) return;
  const char* data = value.data() == nullptr ? "" : value.data();
  code_ = sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(int index, Blob value) {
  if (statement_ == nullptr || code_ != SQLITE_OK) return;
  code_ = sqlite3_bind_blob64(statement_, index, value.bytes.data(), value.bytes.size(), SQLITE_TRANSIENT);
}

void Statement::bind(int index, std::nullptr_t) {
  if (statement_ != nullptr && code_ == SQLITE_OK) code_ = sqlite3_bind_null(statement_, index);
}

void Statement::bind_integer(int index, std::int64_t value) {
  if (statement_ != nullptr && code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, index, value);
}

struct Database::State {
  sqlite3* handle = nullptr;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements;
  ~State() {
    statements.clear();
    sqlite3_close(handle);
  }
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

base::Result<Database> Database::open(const base::Path& path, Mode mode) {
  const auto connect = [&](const std::string& name, int flags) -> base::Result<Database> {
    auto state = std::make_unique<State>();
    const int code = sqlite3_open_v2(name.c_str(), &state->handle,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    if (code != SQLITE_OK) return base::fail(sqlite_error(state->handle, code));
    sqlite3_busy_timeout(state->handle, 10'000);
    return Database(std::move(state));
  };
  if (mode == Mode::memory) return connect(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (mode == Mode::create) return connect(path.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return base::fail(Code::not_found, path.string() + " does not exist");
  if (mode == Mode::read_write) return connect(path.string(), SQLITE_OPEN_READWRITE);
  auto database = connect(path.string(), SQLITE_OPEN_READONLY);
  if (database && database->run("SELECT 1 FROM sqlite_master")) return database;
  // A folder that cannot be written has no place for the shared memory of the write-ahead log.
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path, ignored).string()) {
    if (c == '?' || c == '#' || c == '%') {
      constexpr char kDigits[] = "0123456789ABCDEF";
      uri += {'%', kDigits[static_cast<unsigned char>(c) >> 4], kDigits[static_cast<unsigned char>(c) & 15]};
    } else {
      uri += c;
    }
  }
  auto immutable = connect(uri + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  if (!immutable) return immutable;
  GENKAI_RETURN_IF_ERROR(immutable->run("SELECT 1 FROM sqlite_master"));
  return immutable;
}

Status Database::run(const char* sql) {
  const int code = sqlite3_exec(state_->handle, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return base::fail(sqlite_error(state_->handle, code));
  return {};
}

Statement& Database::statement(const char* literal) {
  auto& slot = state_->statements[literal];
  if (!slot) slot = std::make_unique<Statement>(state_->handle, literal);
  return *slot;
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(state_->handle) == 0;
}

}  // namespace genkai::knowledge
