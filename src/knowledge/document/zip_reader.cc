#include "knowledge/document/zip_reader.h"

#include <zip.h>

#include <algorithm>

namespace genkai::knowledge::reading {
namespace {

using base::Code;
using base::fail;

constexpr zip_int64_t kMostEntries = 20'000;
constexpr std::size_t kAlwaysAllowed = std::size_t{1} << 20;  // so small that its ratio does not matter

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

struct ZipReader::State {
  const ParseLimits* limits = nullptr;
  zip_t* archive = nullptr;
  std::size_t unpacked = 0;
  ~State() {
    if (archive != nullptr) zip_discard(archive);
  }
};

ZipReader::ZipReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

base::Result<ZipReader> ZipReader::open(std::string_view bytes, const ParseLimits& limits) {
  auto state = std::make_unique<State>();
  state->limits = &limits;
  zip_error_t error;
  zip_error_init(&error);
  if (zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error)) {
    state->archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (state->archive == nullptr) zip_source_free(source);
  }
  const std::string why = zip_error_strerror(&error);
  zip_error_fini(&error);
  if (state->archive == nullptr) return fail(Code::corrupt, "it is no readable zip archive (" + why + ")");
  if (zip_get_num_entries(state->archive, 0) > kMostEntries)
    return fail(Code::resource_exhausted,
                "its zip archive has more than " + std::to_string(kMostEntries) + " entries");
  return ZipReader(std::move(state));
}

base::Result<std::string> ZipReader::read(const std::string& name) {
  const ParseLimits& limits = *state_->limits;
  const auto too_large = [&](const std::string& why) {
    return fail(Code::resource_exhausted,
                "its part " + name + " unpacks to " + why + ", which only a zip bomb does");
  };
  zip_stat_t info;
  zip_stat_init(&info);
  if (zip_stat(state_->archive, name.c_str(), 0, &info) != 0)
    return fail(Code::not_found, "it has no part " + name);
  if ((info.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && info.encryption_method != ZIP_EM_NONE)
    return fail(Code::unsupported, "it is encrypted", "save it without a password");
  const std::size_t left = limits.unpacked_bytes - std::min(limits.unpacked_bytes, state_->unpacked);
  // The sizes that the archive states are only hints; what counts is what is unpacked.
  const std::size_t packed =
      (info.valid & ZIP_STAT_COMP_SIZE) != 0 ? static_cast<std::size_t>(info.comp_size) : 0;
  const std::size_t by_ratio =
      std::max(kAlwaysAllowed, packed <= limits.file_bytes ? packed * limits.unpack_ratio : 0);
  const std::size_t most = std::min(left, by_ratio);
  const std::string limit = left < by_ratio
                                ? "more than " + std::to_string(limits.unpacked_bytes >> 20) + " MiB in all"
                                : "more than " + std::to_string(limits.unpack_ratio) + " times its size";
  if ((info.valid & ZIP_STAT_SIZE) != 0 && info.size > most) return too_large(limit);
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(state_->archive, info.index, 0));
  if (!file) return fail(Code::corrupt, "its part " + name + " cannot be unpacked");
  std::string content;
  std::string buffer(std::size_t{1} << 16, '\0');
  for (;;) {
    const zip_int64_t n = zip_fread(file.get(), buffer.data(), buffer.size());
    if (n < 0) return fail(Code::corrupt, "its part " + name + " is damaged");
    if (n == 0) break;
    content.append(buffer.data(), static_cast<std::size_t>(n));
    if (content.size() > most) return too_large(limit);
  }
  state_->unpacked += content.size();
  return content;
}

}  // namespace genkai::knowledge::reading
