import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One node of a test cluster in this process; run from its source by opensearch.py.
 *
 * <p>Arguments: folder, name, HTTP port, module classes, a process to end with (0: none). Everything else stands in
 * {@code <folder>/node_1/config/opensearch.yml}. The runner's own main gives every node the same name
 * and the ports 9201 to 9299, so it cannot run nodes in several processes.
 */
final class OpenSearchNode {
    public static void main(final String[] arguments) throws Exception {
        final OpenSearchRunner runner = new OpenSearchRunner();
        runner.setMaxHttpPort(-1);
        runner.onBuild((number, settings) -> settings.put("node.name", arguments[1]).put("http.port", arguments[2]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(runner)));
        ProcessHandle.of(Long.parseLong(arguments[4]))
                .ifPresent(owner -> owner.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
        runner.build(OpenSearchRunner.newConfigs()
                .basePath(arguments[0])
                .numOfNode(1)
                .clusterName("kb-tests")
                .moduleTypes(arguments[3]));
        while (!runner.isClosed()) {
            Thread.sleep(1_000);
        }
    }

    private static void close(final OpenSearchRunner runner) {
        try {
            runner.close();
        } catch (final Exception error) {
            System.err.println(error);
        }
    }
}
