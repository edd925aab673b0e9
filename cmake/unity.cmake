# Files compiled together: most of what a compiler does for a file of this size it does for the headers.
# It is for building everything once; who works on one file builds it alone (the preset `dev`), which
# also shows that every file can be.
option(SPINDLE_UNITY "Compile the files of a folder together, up to SPINDLE_UNITY_FILES at a time" OFF)
set(SPINDLE_UNITY_FILES 24 CACHE STRING "Files compiled together")

# Usage: spindle_unify(<target> [<source>...]), after its sources are known; those named are compiled
# alone.
function(spindle_unify target)
  if(NOT SPINDLE_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # What a file keeps to itself looks to g++ 12 as if it came from a header; and as it inlines more,
    # as if lengths had no bound and values were not set. Warnings are for files compiled alone.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage -Wno-stringop-overflow
                           -Wno-stringop-overread -Wno-maybe-uninitialized -Wno-array-bounds)
    # There is memory enough not to search it for what could go: a tenth of the time.
    target_compile_options(${target} PRIVATE --param=ggc-min-heapsize=1048576)
  endif()
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources EXCLUDE REGEX "^\\$<")  # objects of another target
  foreach(source IN LISTS sources)
    # Highway compiles such a file once for every instruction set.
    file(STRINGS ${source} per_target REGEX "hwy/foreach_target.h")
    if(per_target OR source IN_LIST ARGN)
      continue()
    endif()
    get_filename_component(folder ${source} DIRECTORY)
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${folder})
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    if(NOT DEFINED files_${folder})
      set(files_${folder} 0)
    endif()
    math(EXPR batch "${files_${folder}} / ${SPINDLE_UNITY_FILES}")
    math(EXPR files_${folder} "${files_${folder}} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${batch})
  endforeach()
endfunction()
