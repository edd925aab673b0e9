# All libraries are Debian 12 packages; scripts/setup.sh names them. Nothing is downloaded here.
find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
find_package(Boost 1.74 REQUIRED)  # Boost.Graph and Boost.Random, headers only
find_package(nlohmann_json 3.11 REQUIRED)
find_package(hwy REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 3.7 REQUIRED)
find_path(ZSTD_INCLUDE_DIR zstd.h REQUIRED)
find_library(ZSTD_LIBRARY zstd REQUIRED)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

add_library(spindle_zstd INTERFACE)
target_include_directories(spindle_zstd SYSTEM INTERFACE ${ZSTD_INCLUDE_DIR})
target_link_libraries(spindle_zstd INTERFACE ${ZSTD_LIBRARY})
add_library(spindle_random123 INTERFACE)
target_include_directories(spindle_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})
# Header-only use of xxHash (XXH_INLINE_ALL): the digest is the same on every machine.
add_library(spindle_xxhash INTERFACE)
target_include_directories(spindle_xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE_DIR})

# Optional. Sanitizers find in the libraries of MPI what is not ours.
if(SPINDLE_MPI STREQUAL "ON")
  find_package(MPI REQUIRED COMPONENTS CXX)
elseif(SPINDLE_MPI STREQUAL "AUTO" AND NOT SPINDLE_SANITIZE)
  find_package(MPI QUIET COMPONENTS CXX)
  if(NOT MPI_CXX_FOUND)
    message(STATUS "No MPI (libopenmpi-dev): spindle-mpi is not built")
  endif()
endif()
