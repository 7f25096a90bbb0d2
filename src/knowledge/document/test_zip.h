#pragma once
// Zip archives in memory, for tests and fuzz targets:
//   const std::string bytes = zip_of({{"word/document.xml", xml}});

#include <zip.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace genkai::knowledge {

/// The entries (name, content) as an archive, encrypted when a password is given; libzip failing aborts.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries,
                          const char* password = nullptr) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  if (archive == nullptr) std::abort();
  for (const auto& [name, content] : entries) {
    const auto index =
        zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0),
                     ZIP_FL_ENC_UTF_8);
    if (password != nullptr)
      zip_file_set_encryption(archive, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, password);
  }
  if (zip_close(archive) != 0 || zip_source_open(target) != 0) std::abort();
  std::string bytes;
  char buffer[4096];
  for (zip_int64_t n = 0; (n = zip_source_read(target, buffer, sizeof buffer)) > 0;)
    bytes.append(buffer, static_cast<std::size_t>(n));
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

}  // namespace genkai::knowledge
