# SPDX-License-Identifier: GPL-2.0-only
# Tests that are not programs of the test suite: each is a script, which says itself what is wrong.

# add_script_test(NAME LABEL CORES SECONDS SCRIPT ARGUMENT...)
function(add_script_test name label cores seconds script)
	add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/${script} ${ARGN})
	set_tests_properties(${name} PROPERTIES
		LABELS ${label}
		PROCESSORS ${cores}
		TIMEOUT ${seconds}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

add_script_test(style style 1 120 tests/style.sh)
add_script_test(objects install 1 120 tests/objects.sh ${PROJECT_BINARY_DIR}/objects)

set(outside ${PROJECT_BINARY_DIR}/outside)
add_script_test(install_library install 1 120 tests/install/outside.sh ${outside} install)
set_tests_properties(install_library PROPERTIES FIXTURES_SETUP prefix)
foreach(way find_package version pkg_config cxx)
	add_script_test(use_by_${way} install 1 120 tests/install/outside.sh ${outside} ${way})
	set_tests_properties(use_by_${way} PROPERTIES FIXTURES_REQUIRED prefix)
endforeach()
foreach(way add_subdirectory clang)
	add_script_test(use_by_${way} install 1 120 tests/install/outside.sh ${outside} ${way})
endforeach()

add_script_test(coverage coverage 1 300 tests/coverage.sh ${PROJECT_BINARY_DIR}/coverage)
add_script_test(mutants coverage 1 300 tests/mutants.sh ${PROJECT_BINARY_DIR}/mutants)

# The provers use both cores, and a starved prover is a failed proof.
add_script_test(proof proof 2 300 verify/prove.sh --policy)
add_script_test(proof_handler proof 2 600 verify/handler/prove.sh)

# The reviewed handler holds in every order of steps with at most two preemptions, the posted one fails where it is known to.
add_test(NAME explore COMMAND thpswap-sim explore)
set_tests_properties(explore PROPERTIES LABELS sim TIMEOUT 120)
add_script_test(handler_mutants sim 1 300 tests/handler-mutants.sh ${PROJECT_BINARY_DIR}/handler-mutants)
add_script_test(readme sim 1 120 tests/readme.sh $<TARGET_FILE:thpswap-sim>)
