/*
 * sequences_server.c: a server that writes down what it is sent, byte for byte:
 * the length in a line, then the request.
 */

#include "sequences.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>

#define CLIENTS 64
#define ROOM 65536

typedef struct {
    int fd;
    size_t len;
    bool continued; /* told to go on */
    char data[ROOM];
} client_t;

static client_t *clients[CLIENTS];
static int log_fd;

static const char *
header(const char *head, const char *end, const char *name)
{
    size_t len = strlen(name);

    for (const char *p = head; p != NULL && p < end; p = strstr(p, "\r\n")) {
        p += *p == '\r' ? 2 : 0;
        if (strncasecmp(p, name, len) == 0) {
            return p + len;
        }
    }

    return NULL;
}

/* The length of the first whole request, or 0. */
static size_t
whole(client_t *client)
{
    char *head, *end, *chunked;
    const char *length;
    size_t size;

    client->data[client->len] = '\0';
    head = client->data;
    end = strstr(head, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }

    size = (size_t) (end + 4 - head);
    length = header(head, end, "Content-Length:");
    if (header(head, end, "Transfer-Encoding: chunked") != NULL) {
        chunked = memmem(end + 2, client->len - size + 2, "\r\n0\r\n\r\n", 7);
        size = chunked != NULL ? (size_t) (chunked + 7 - head) : 0;
    } else if (length != NULL) {
        size += (size_t) atol(length);
        size = size <= client->len ? size : 0;
    }

    if (size == 0 && !client->continued
        && header(head, end, "Expect: 100-continue") != NULL) {
        client->continued = true;
        dprintf(client->fd, "HTTP/1.1 100 Continue\r\n\r\n");
    }

    return size;
}

static void
answer(const client_t *client)
{
    const char *data = client->data;
    const char *line = strchr(data, ' ');
    char target[256] = "";
    const char *status = "200 OK", *more = "", *body = "{\"data\":null}";

    snprintf(target, sizeof(target), "%.*s", (int) strcspn(line + 1, " "),
             line + 1);
    if (strstr(target, "away") != NULL) {
        status = "302 Found";
        more = "Location: " ELSEWHERE "/landed\r\n";
    } else if (strstr(target, "wrong") != NULL) {
        status = "404 Not Found";
        body = "{\"errors\":[{\"status\":\"404\",\"code\":\"404\","
               "\"title\":\"Record not found\"}]}";
    } else if (strstr(target, "token") != NULL) {
        status = "401 Unauthorized";
        body = "{\"error\":\"invalid_client\"}";
    }

    dprintf(client->fd,
            "HTTP/1.1 %s\r\nContent-Type: application/vnd.api+json\r\n"
            "%sContent-Length: %zu\r\n\r\n%s",
            status, more, strlen(body),
            strncmp(data, "HEAD ", 5) == 0 ? "" : body);
}

/* Returns false at a client's end. */
static bool
hear(client_t *client)
{
    ssize_t n =
        read(client->fd, client->data + client->len, ROOM - 1 - client->len);
    size_t size;

    if (n <= 0) {
        return false;
    }
    client->len += (size_t) n;

    while ((size = whole(client)) > 0) {
        dprintf(log_fd, "%zu\n", size);
        if (write(log_fd, client->data, size) != (ssize_t) size) {
            return false;
        }
        answer(client);
        client->len -= size;
        client->continued = false;
        memmove(client->data, client->data + size, client->len);
    }

    return true;
}

static void
take(int listener)
{
    int fd = accept(listener, NULL, NULL);

    for (size_t i = 0; fd >= 0 && i < CLIENTS; i++) {
        if (clients[i] == NULL) {
            clients[i] = calloc(1, sizeof(client_t));
            clients[i]->fd = fd;
            return;
        }
    }
    close(fd);
}

static void
run(int listener)
{
    for (;;) {
        struct pollfd set[CLIENTS + 1] = { { listener, POLLIN, 0 } };

        for (size_t i = 0; i < CLIENTS; i++) {
            set[i + 1] =
                (struct pollfd){ clients[i] != NULL ? clients[i]->fd : -1,
                                 POLLIN, 0 };
        }
        if (poll(set, CLIENTS + 1, -1) < 0) {
            return;
        }
        for (size_t i = 0; i < CLIENTS; i++) {
            if (set[i + 1].revents != 0 && !hear(clients[i])) {
                close(clients[i]->fd);
                free(clients[i]);
                clients[i] = NULL;
            }
        }
        if (set[0].revents != 0) {
            take(listener);
        }
    }
}

int
serve(const char *log, int *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof(at);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int pid;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    log_fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (log_fd < 0 || listener < 0
        || bind(listener, (struct sockaddr *) &at, size) != 0
        || listen(listener, CLIENTS) != 0
        || getsockname(listener, (struct sockaddr *) &at, &size) != 0) {
        perror("sequences");
        exit(1);
    }
    *port = ntohs(at.sin_port);

    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        run(listener);
        _exit(0);
    }
    close(listener);

    return pid;
}
