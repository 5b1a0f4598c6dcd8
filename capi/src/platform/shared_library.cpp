// SPDX-License-Identifier: MIT
#include "platform/shared_library.h"

#if DKS_LOADER

#include "json_text.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <memory>
#include <sha2.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace dks::capi {
namespace {

Error io(std::string_view path, const char* what) {
  return error(
      Status::kIo, in_quotes(path), ": ", what, ": ", std::generic_category().message(errno)
  );
}

Error distrust(std::string_view path, std::string_view why) {
  return invalid(in_quotes(path), " is not loaded: ", why);
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) {
      ::close(value_);
    }
  }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

Result<std::string> resolved(std::string_view path) {
  if (path.empty() || path.front() != '/') {
    return invalid("path: ", in_quotes(path), " is not absolute, expected one that begins with /");
  }
  const std::string given(path);
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(given.c_str(), nullptr), ::free);
  if (!real) {
    return io(path, "cannot be reached");
  }
  return std::string(real.get());
}

bool is_below(std::string_view path, std::string_view folder) {
  return folder == "/" ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

// The folders from `from` down to the one that holds `path`.
Result<> check_folders(std::string_view path, std::string_view from) {
  size_t end = std::max<size_t>(from.size(), 1);
  while (true) {
    const std::string folder(path.substr(0, end));
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) {
      return io(folder, "cannot be looked at");
    }
    if ((status.st_mode & S_IWOTH) != 0) {
      return distrust(path, text("everybody may write to its folder ", in_quotes(folder)));
    }
    const size_t next = path.find('/', end + (end > 1 ? 1 : 0));
    if (next == std::string_view::npos) {
      return {};
    }
    end = next;
  }
}

Result<std::string> sha256_of(int descriptor, std::string_view path) {
  SHA2_CTX context;
  SHA256Init(&context);
  uint8_t block[16384];
  off_t at = 0;
  ssize_t read = 0;
  while ((read = ::pread(descriptor, block, sizeof block, at)) > 0) {
    SHA256Update(&context, block, static_cast<size_t>(read));
    at += read;
  }
  if (read < 0) {
    return io(path, "cannot be read");
  }
  char digits[SHA256_DIGEST_STRING_LENGTH];
  SHA256End(&context, digits);
  return std::string(digits);
}

Result<> check_sha256(int descriptor, std::string_view path, std::string_view expected) {
  if (expected.empty()) {
    return {};
  }
  std::string wanted(expected);
  for (char& digit : wanted) {
    digit = static_cast<char>(std::tolower(static_cast<unsigned char>(digit)));
  }
  if (wanted.size() != 64 || wanted.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return invalid("sha256: ", in_quotes(expected), " is not 64 hexadecimal digits");
  }
  const auto found = sha256_of(descriptor, path);
  DKS_TRY(found);
  if (*found != wanted) {
    return distrust(path, text("its SHA-256 is ", *found, ", expected ", wanted));
  }
  return {};
}

}  // namespace

Result<std::string> trusted_folder(std::string_view path) {
  auto folder = resolved(path);
  DKS_TRY(folder);
  struct stat status {};
  if (::stat(folder->c_str(), &status) != 0) {
    return io(path, "cannot be looked at");
  }
  if (!S_ISDIR(status.st_mode)) {
    return invalid("folder: ", in_quotes(path), " is no folder");
  }
  if ((status.st_mode & S_IWOTH) != 0) {
    return invalid("folder: everybody may write to ", in_quotes(path), ", expected one's own");
  }
  return folder;
}

Result<TrustedFile> TrustedFile::open(
    std::string_view path, std::span<const std::string> allowed, std::string_view sha256
) {
  auto real = resolved(path);
  DKS_TRY(real);
  const auto folder = std::find_if(allowed.begin(), allowed.end(), [&](const std::string& each) {
    return is_below(*real, each);
  });
  if (folder == allowed.end()) {
    return distrust(
        path,
        allowed.empty() ? "no folder is allowed; see dks_plugins_allow"
                        : "it is in no folder that is allowed"
    );
  }
  DKS_TRY(check_folders(*real, *folder));
  // O_NONBLOCK: a pipe would wait for who writes to it.
  Descriptor file(::open(real->c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0) {
    return io(path, "cannot be opened");
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) {
    return io(path, "cannot be looked at");
  }
  if (!S_ISREG(status.st_mode)) {
    return distrust(path, "it is no file");
  }
  if ((status.st_mode & S_IWOTH) != 0) {
    return distrust(path, "everybody may write to it");
  }
  DKS_TRY(check_sha256(file.get(), path, sha256));
  return TrustedFile(file.release(), std::move(*real), {status.st_dev, status.st_ino});
}

TrustedFile::TrustedFile(TrustedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      identity_(other.identity_) {}

TrustedFile::~TrustedFile() {
  const Descriptor close(descriptor_);
}

// By its descriptor, not by a name that could have come to mean another file. The descriptor stays
// open with the code: the loader knows libraries by their names, and would take the next one under
// the same number for this.
Result<TrustedFile::Code> TrustedFile::load(const char* query, const char* init) {
#if defined(__linux__)
  const std::string name = text("/proc/self/fd/", descriptor_);
#else
  const std::string name = path_;
#endif
  void* const library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const why = ::dlerror();  // NOLINT(concurrency-mt-unsafe): of this thread
    return error(Status::kIo, in_quotes(path_), " cannot be loaded: ", why);
  }
  descriptor_ = -1;
  const auto function = [&](const char* symbol) {
    return reinterpret_cast<Function>(::dlsym(library, symbol));
  };
  const Code code{function(query), function(init)};
  if (code.query == nullptr || code.init == nullptr) {
    return distrust(
        path_,
        text("it has no function ", code.query == nullptr ? query : init, ": it is no plugin")
    );
  }
  return code;
}

}  // namespace dks::capi

#else  // no files are read, and nothing is needed to check them

namespace dks::capi {
namespace {

Error no_loader() {
  return invalid("this dks was built without a loader (DKS_LOADER=OFF); see dks_plugins_add");
}

}  // namespace

Result<std::string> trusted_folder(std::string_view /*path*/) {
  return no_loader();
}
Result<TrustedFile> TrustedFile::open(
    std::string_view /*path*/, std::span<const std::string> /*allowed*/, std::string_view /*sha256*/
) {
  return no_loader();
}
TrustedFile::TrustedFile(TrustedFile&& other) noexcept
    : descriptor_(other.descriptor_), path_(std::move(other.path_)), identity_(other.identity_) {}
TrustedFile::~TrustedFile() = default;
Result<TrustedFile::Code> TrustedFile::load(const char* /*query*/, const char* /*init*/) {
  return no_loader();
}

}  // namespace dks::capi

#endif
