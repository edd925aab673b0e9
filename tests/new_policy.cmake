# The policy of docs/user/new-policy.md, built as the page has it: its file, its row in a copy of the
# registry, its test, and the rules that every policy keeps over that registry.

set(page ${PROJECT_SOURCE_DIR}/docs/user/new-policy.md)
set(registry ${PROJECT_SOURCE_DIR}/models/placement/registry.cpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page} ${registry})
set(built ${CMAKE_CURRENT_BINARY_DIR}/new_policy)

# The block of the page whose first line is the comment `// <path>`, without that line.
function(spindle_block path out)
  file(READ ${page} text)
  set(fence "```cpp\n// ${path}\n")
  string(FIND "${text}" "${fence}" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "docs/user/new-policy.md has no block for ${path}")
  endif()
  string(LENGTH "${fence}" length)
  math(EXPR begin "${begin} + ${length}")
  string(SUBSTRING "${text}" ${begin} -1 text)
  string(FIND "${text}" "```" end)
  string(SUBSTRING "${text}" 0 ${end} text)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

spindle_block(models/placement/two_sets.cpp policy)
spindle_block(models/placement/registry.cpp row)
spindle_block(models/placement/policies.hpp declaration)
spindle_block(tests/unit/two_sets_test.cpp test)
file(READ ${registry} table)
string(REPLACE "namespace spindle::models {\nnamespace {\n"
               "namespace spindle::models {\n${declaration}namespace {\n" table "${table}")
string(REPLACE "\n};\n\n}  // namespace\n" "\n${row}};\n\n}  // namespace\n" table "${table}")
string(FIND "${table}" "${row}" has_row)
string(FIND "${table}" "${declaration}" has_declaration)
if(has_row EQUAL -1 OR has_declaration EQUAL -1)
  message(FATAL_ERROR "models/placement/registry.cpp has changed its shape: adapt tests/new_policy.cmake")
endif()
# GENERATE leaves a file alone whose text has not changed.
file(GENERATE OUTPUT ${built}/two_sets.cpp CONTENT "#include \"two_sets.hpp\"\n${policy}")
file(GENERATE OUTPUT ${built}/two_sets.hpp CONTENT
     "#pragma once\n#include \"models/placement/policies.hpp\"\nnamespace spindle::models {\n${declaration}}\n")
file(GENERATE OUTPUT ${built}/registry.cpp CONTENT "${table}")
file(GENERATE OUTPUT ${built}/two_sets_test.cpp CONTENT "${test}")

# The program's own registry stands in for the library's, which the linker then leaves out.
add_executable(test_new_policy
  ${built}/registry.cpp ${built}/two_sets.cpp ${built}/two_sets_test.cpp
  contract/placement_policies_test.cpp)
target_link_libraries(test_new_policy PRIVATE spindle_test_main rapidcheck spindle_models)
catch_discover_tests(test_new_policy TEST_PREFIX "new policy: " EXTRA_ARGS --warn NoTests
                     PROPERTIES LABELS contract TIMEOUT 600 ENVIRONMENT "RC_PARAMS=seed=1")
