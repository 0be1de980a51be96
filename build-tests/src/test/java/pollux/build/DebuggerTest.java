package pollux.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.LocalVariable;
import com.sun.jdi.Location;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.EventRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A debugger stops in blocks that await, and sees their variables. */
@Timeout(180)
class DebuggerTest {

    private static final List<String> SOURCE = List.of(
            "package seen;",
            "import static pollux.async.Async.*;",
            "import static pollux.future.Futures.yieldNow;",
            "import pollux.Pollux;",
            "public class Seen {",
            "    public static void main(String[] arguments) {",
            "        String text = \"captured\";",
            "        System.out.println(Pollux.run(() -> {",
            "            int before = 1;",
            "            String gone = text + before;",
            "            System.out.println(gone);",
            "            for (long i = 0; i < 2; i++) {",
            "                await(yieldNow());",
            "                before += 10;",
            "            }",
            "            return text + before;",
            "        }));",
            "    }",
            "}");

    @TempDir
    Path classes;

    @BeforeEach
    void compile() throws Exception {
        Path source =
                Files.write(Files.createDirectory(classes.resolve("source")).resolve("Seen.java"), SOURCE);
        Projects.compiled(
                List.of(source.toString()),
                classes,
                "-g",
                "-cp",
                Jars.RUNTIME,
                "--processor-path",
                Jars.COMPILER.toString());
    }

    @Test
    void behind_an_await_the_variables_have_their_values() throws Exception {
        assertThat(stopsAt(14)).containsExactly("before=1 i=0 text=\"captured\"", "before=11 i=1 text=\"captured\"");
    }

    @Test
    void a_breakpoint_on_the_first_line_stops_once() throws Exception {
        assertThat(stopsAt(9)).hasSize(1);
    }

    /** Runs the program with a breakpoint wherever a line has code; returns the variables that are seen each time. */
    private List<String> stopsAt(int line) throws Exception {
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("main").setValue("seen.Seen");
        arguments.get("options").setValue("-cp " + Jars.path(classes, Jars.RUNTIME));
        VirtualMachine machine = connector.launch(arguments);
        List<String> stops = new ArrayList<>();
        try {
            var prepare = machine.eventRequestManager().createClassPrepareRequest();
            prepare.addClassFilter("seen.Seen");
            prepare.enable();
            boolean running = true;
            while (running) {
                EventSet events = machine.eventQueue().remove();
                for (Event event : events) {
                    if (event instanceof ClassPrepareEvent prepared) {
                        breakAt(line, prepared.referenceType());
                    } else if (event instanceof BreakpointEvent stop) {
                        stops.add(variables(stop));
                    }
                    running &= !(event instanceof VMDeathEvent || event instanceof VMDisconnectEvent);
                }
                events.resume();
            }
        } finally {
            machine.process().destroyForcibly();
        }
        return stops;
    }

    private static void breakAt(int line, ReferenceType type) throws AbsentInformationException {
        for (Location location : type.locationsOfLine(line)) {
            if (location.method().name().endsWith("$async")) {
                EventRequest stop = type.virtualMachine().eventRequestManager().createBreakpointRequest(location);
                stop.enable();
            }
        }
    }

    private static String variables(BreakpointEvent stop)
            throws AbsentInformationException, IncompatibleThreadStateException {
        StackFrame frame = stop.thread().frame(0);
        List<String> seen = new ArrayList<>();
        for (LocalVariable variable : frame.visibleVariables()) {
            seen.add(variable.name() + "=" + frame.getValue(variable));
        }
        seen.sort(null);
        return String.join(" ", seen);
    }
}
